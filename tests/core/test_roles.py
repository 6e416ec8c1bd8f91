from __future__ import annotations

import pytest

from modsvc.core.roles import LEAST, ROLES, is_at_least, may, within

MAY = {
    "moderator": {"judge"},
    "lead": {"judge", "oversee"},
    "editor": {"judge", "oversee", "edit"},
    "admin": {"judge", "oversee", "edit", "manage"},
}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_what_is_written_here(role: str) -> None:
    assert {task for task in LEAST if may(role, task)} == MAY[role]


def test_who_has_no_role_may_nothing() -> None:
    assert not any(may(None, task) for task in LEAST)
    assert not is_at_least(None, "moderator")
    assert within(None) == ()


def test_nobody_gives_a_role_above_their_own_and_only_admins_give_any() -> None:
    assert {role: within(role) for role in ROLES} == {
        "moderator": (),
        "lead": (),
        "editor": (),
        "admin": ROLES,
    }
