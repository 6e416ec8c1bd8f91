from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from modsvc.core.roles import ROLES
from modsvc.errors import AlreadyExists, LastAdmin, NotFound, RoleLost
from modsvc.services.manage_people import GOOD_FOR, MAX_NAME_CHARS, checked_name
from modsvc.store import people, sites
from modsvc.store.db import Database
from tests.conftest import SITE
from tests.fakes import Clock
from tests.services.door import Door

PASSWORD = "correct horse battery"
Employ = Callable[..., int]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let passwords be kept as they are; what is tested is whether there is one."""
    monkeypatch.setattr("modsvc.services.passwords.hash_password", lambda password: password)


@pytest.fixture
def courier(database: Database) -> str:
    """Another site."""
    with database.write() as db:
        sites.add_site(db, "courier", "The Courier", Clock().now)
    return "courier"


@pytest.fixture
def ada(employ: Employ) -> int:
    """The site's one admin."""
    return employ("Ada", "admin")


def roles(ours: Door, site: str = SITE) -> dict[str, str]:
    return {member.name: member.role for member in ours.manage_people.staff(site).members}


def test_somebody_new_joins_by_a_link_and_is_logged_in(ours: Door, ada: int) -> None:
    token = ours.manage_people.invite(SITE, ada, "lead")

    session = ours.manage_people.join_as_new(token, "  Dana  Levi ", PASSWORD)

    visitor = ours.log_in.visitor(session)
    assert visitor is not None
    assert (visitor.name, visitor.roles) == ("Dana Levi", {SITE: "lead"})
    assert roles(ours) == {"Ada": "admin", "Dana Levi": "lead"}


def test_somebody_known_joins_another_site_and_keeps_the_first(
    ours: Door, ada: int, employ: Employ, courier: str
) -> None:
    ben = employ("Ben", courier="editor")

    assert ours.manage_people.join(ours.manage_people.invite(SITE, ada, "moderator"), ben) == SITE

    assert roles(ours)["Ben"] == "moderator"
    assert roles(ours, courier) == {"Ben": "editor"}


def test_a_link_works_once(ours: Door, ada: int) -> None:
    token = ours.manage_people.invite(SITE, ada, "moderator")
    ours.manage_people.join_as_new(token, "Dana", PASSWORD)

    with pytest.raises(NotFound):
        ours.manage_people.join_as_new(token, "Ben", PASSWORD)

    assert ours.manage_people.invitation(token) is None
    assert set(roles(ours)) == {"Ada", "Dana"}


def test_of_two_who_use_a_link_at_once_one_joins(
    doors: tuple[Door, Door], ours: Door, ada: int, in_threads: Callable[..., list[Any]]
) -> None:
    for n in range(5):
        token = ours.manage_people.invite(SITE, ada, "moderator")

        def join(at: int, name: str, token: str = token) -> bool:
            try:
                doors[at].manage_people.join_as_new(token, name, PASSWORD)
            except NotFound:
                return False
            return True

        joined = in_threads([lambda n=n: join(0, f"first {n}"), lambda n=n: join(1, f"second {n}")])

        assert sorted(joined) == [False, True]
        assert len(roles(ours)) == 2 + n


def test_of_two_who_take_a_name_at_once_one_has_it(
    doors: tuple[Door, Door], ours: Door, ada: int, in_threads: Callable[..., list[Any]]
) -> None:
    tokens = [ours.manage_people.invite(SITE, ada, "moderator") for _ in range(2)]

    def join(at: int) -> bool:
        try:
            doors[at].manage_people.join_as_new(tokens[at], "Dana", PASSWORD)
        except AlreadyExists:
            return False
        return True

    joined = in_threads([lambda: join(0), lambda: join(1)])

    assert sorted(joined) == [False, True]
    assert [ours.manage_people.invitation(token) is None for token in tokens] == joined


def test_a_link_is_good_for_seven_days(ours: Door, ada: int, clock: Clock) -> None:
    token = ours.manage_people.invite(SITE, ada, "moderator")
    clock.advance(GOOD_FOR - timedelta(seconds=1))
    assert ours.manage_people.invitation(token) is not None

    clock.advance(timedelta(seconds=1))

    assert timedelta(days=7) == GOOD_FOR
    assert ours.manage_people.invitation(token) is None
    assert ours.manage_people.staff(SITE).invited == []
    with pytest.raises(NotFound):
        ours.manage_people.join_as_new(token, "Dana", PASSWORD)


def test_a_link_that_was_withdrawn_leads_nowhere(ours: Door, ada: int) -> None:
    token = ours.manage_people.invite(SITE, ada, "moderator")
    (open_one,) = ours.manage_people.staff(SITE).invited

    ours.manage_people.withdraw(SITE, ada, open_one.id)

    assert ours.manage_people.invitation(token) is None
    with pytest.raises(NotFound):
        ours.manage_people.withdraw(SITE, ada, open_one.id)


def test_a_link_of_one_who_is_no_admin_any_more_leads_nowhere(
    ours: Door, ada: int, employ: Employ
) -> None:
    other = employ("Ben", "admin")
    token = ours.manage_people.invite(SITE, other, "moderator")

    ours.manage_people.change_role(SITE, ada, other, "editor")

    assert ours.manage_people.invitation(token) is None
    with pytest.raises(NotFound):
        ours.manage_people.join_as_new(token, "Dana", PASSWORD)


@pytest.mark.parametrize("role", ["moderator", "lead", "editor"])
def test_nobody_but_admins_manages_people(ours: Door, ada: int, employ: Employ, role: str) -> None:
    ben = employ("Ben", role)
    ours.manage_people.invite(SITE, ada, "moderator")
    (open_one,) = ours.manage_people.staff(SITE).invited

    for attempt in (
        lambda: ours.manage_people.invite(SITE, ben, "moderator"),
        lambda: ours.manage_people.withdraw(SITE, ben, open_one.id),
        lambda: ours.manage_people.change_role(SITE, ben, ben, "admin"),
        lambda: ours.manage_people.remove(SITE, ben, ada),
    ):
        with pytest.raises(RoleLost):
            attempt()

    assert roles(ours) == {"Ada": "admin", "Ben": role}


def test_an_admin_of_one_site_is_nobody_at_another(
    ours: Door, ada: int, employ: Employ, courier: str
) -> None:
    carl = employ("Carl", courier="admin")
    ours.manage_people.invite(courier, carl, "moderator")
    (theirs,) = ours.manage_people.staff(courier).invited

    with pytest.raises(RoleLost):
        ours.manage_people.invite(courier, ada, "moderator")
    with pytest.raises(RoleLost):
        ours.manage_people.remove(courier, ada, carl)
    # Nor can they be reached through one's own site.
    for attempt in (
        lambda: ours.manage_people.remove(SITE, ada, carl),
        lambda: ours.manage_people.change_role(SITE, ada, carl, "moderator"),
        lambda: ours.manage_people.withdraw(SITE, ada, theirs.id),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert roles(ours) == {"Ada": "admin"}
    assert roles(ours, courier) == {"Carl": "admin"}


def test_the_last_admin_stays(ours: Door, ada: int, employ: Employ) -> None:
    employ("Ben", "editor")

    with pytest.raises(LastAdmin):
        ours.manage_people.remove(SITE, ada, ada)
    for role in ROLES[:-1]:
        with pytest.raises(LastAdmin):
            ours.manage_people.change_role(SITE, ada, ada, role)
    ours.manage_people.change_role(SITE, ada, ada, "admin")

    assert roles(ours)["Ada"] == "admin"


def test_an_admin_who_was_shut_out_does_not_count(
    ours: Door, ada: int, employ: Employ, database: Database, clock: Clock
) -> None:
    employ("Ben", "admin")
    with database.write() as db:
        people.disable(db, "Ben", clock())

    with pytest.raises(LastAdmin):
        ours.manage_people.remove(SITE, ada, ada)
    assert roles(ours) == {"Ada": "admin"}


def test_an_admin_may_go_where_another_is_left(ours: Door, ada: int, employ: Employ) -> None:
    employ("Ben", "admin")

    ours.manage_people.remove(SITE, ada, ada)

    assert roles(ours) == {"Ben": "admin"}


def test_of_two_admins_who_go_at_once_one_stays(
    doors: tuple[Door, Door],
    ours: Door,
    ada: int,
    employ: Employ,
    database: Database,
    in_threads: Callable[..., list[Any]],
) -> None:
    ben = employ("Ben", "admin")
    for _ in range(5):

        def leave(at: int, who: int) -> bool:
            try:
                doors[at].manage_people.change_role(SITE, who, who, "lead")
            except LastAdmin:
                return False
            return True

        left = in_threads([lambda: leave(0, ada), lambda: leave(1, ben)])

        assert sorted(left) == [False, True]
        assert sorted(roles(ours).values()) == ["admin", "lead"]
        with database.write() as db:
            for each in (ada, ben):
                people.join_site(db, each, SITE, "admin")


def test_who_is_removed_can_open_nothing_at_once(ours: Door, ada: int) -> None:
    token = ours.manage_people.invite(SITE, ada, "moderator")
    session = ours.manage_people.join_as_new(token, "Dana", PASSWORD)
    dana = ours.log_in.visitor(session)
    assert dana is not None

    ours.manage_people.remove(SITE, ada, dana.id)

    visitor = ours.log_in.visitor(session)
    assert visitor is not None
    assert (visitor.sites, visitor.roles) == ({}, {})


@pytest.mark.parametrize("name", ["Dana", "dana", "DANA", "Ｄａｎａ"])
def test_a_name_that_sounds_like_anothers_is_taken(
    ours: Door, ada: int, employ: Employ, name: str
) -> None:
    employ("Dana", "moderator")
    token = ours.manage_people.invite(SITE, ada, "moderator")

    with pytest.raises(AlreadyExists):
        ours.manage_people.join_as_new(token, name, PASSWORD)


def test_an_invitation_never_takes_a_role_away(ours: Door, ada: int, employ: Employ) -> None:
    ben = employ("Ben", "editor")
    token = ours.manage_people.invite(SITE, ada, "lead")

    with pytest.raises(RoleLost, match="as editor"):
        ours.manage_people.join(token, ben)

    assert roles(ours)["Ben"] == "editor"
    assert ours.manage_people.invitation(token) is not None


def test_an_invitation_can_give_more(ours: Door, ada: int, employ: Employ) -> None:
    ben = employ("Ben", "lead")

    ours.manage_people.join(ours.manage_people.invite(SITE, ada, "editor"), ben)

    assert roles(ours)["Ben"] == "editor"


def test_each_change_is_noted_and_logged_without_names(
    ours: Door, ada: int, employ: Employ, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    manage = ours.manage_people
    manage.join_as_new(manage.invite(SITE, ada, "lead"), "Dana", PASSWORD)
    dana = next(each.id for each in manage.staff(SITE).members if each.name == "Dana")
    manage.invite(SITE, ada, "moderator")
    manage.withdraw(SITE, ada, manage.staff(SITE).invited[0].id)
    manage.change_role(SITE, ada, dana, "editor")
    manage.remove(SITE, ada, dana)

    noted = [(c.kind, c.role, c.made_by, c.moderator) for c in manage.staff(SITE).changes]

    assert noted == [
        ("removed", "", "Ada", "Dana"),
        ("role", "editor", "Ada", "Dana"),
        ("withdrawn", "", "Ada", None),
        ("invited", "moderator", "Ada", None),
        ("joined", "lead", "Ada", "Dana"),
        ("invited", "lead", "Ada", None),
    ]
    assert f"people.role: site {SITE}, moderator {dana} is editor, by {ada}" in caplog.text
    assert len(caplog.messages) == 6
    assert not {"Ada", "Dana"} & set(caplog.text.replace(",", " ").split())


@pytest.mark.parametrize(
    "name", ["", "  ", "x" * (MAX_NAME_CHARS + 1), "Da\u200bna", "\u202eanaD", "Da\0na", "Da\x07na"]
)
def test_a_name_that_cannot_be_read_is_refused(ours: Door, ada: int, name: str) -> None:
    token = ours.manage_people.invite(SITE, ada, "moderator")

    with pytest.raises(ValueError, match="a name has"):
        ours.manage_people.join_as_new(token, name, PASSWORD)

    assert ours.manage_people.invitation(token) is not None


def test_names_of_any_script_are_kept_in_one_form() -> None:
    assert checked_name("דנה לוי") == "דנה לוי"
    assert checked_name("Jose\u0301  Nun\u0303ez\n") == "José Nuñez"


def test_a_short_password_uses_no_invitation_up(ours: Door, ada: int) -> None:
    token = ours.manage_people.invite(SITE, ada, "moderator")

    with pytest.raises(ValueError, match="12 characters"):
        ours.manage_people.join_as_new(token, "Dana", "x" * 11)

    assert ours.manage_people.invitation(token) is not None


def test_no_hash_is_made_for_whoever_has_no_invitation(
    ours: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modsvc.services.passwords.hash_password", lambda _: 1 / 0)

    with pytest.raises(NotFound):
        ours.manage_people.join_as_new("nothing", "Dana", PASSWORD)


def test_links_are_not_kept(ours: Door, ada: int, database: Database) -> None:
    token = ours.manage_people.invite(SITE, ada, "moderator")

    with database.read() as db:
        assert token not in str(db.exec_driver_sql("SELECT * FROM invitations").all())


def test_links_that_nobody_used_in_time_are_removed(
    ours: Door, ada: int, database: Database, clock: Clock
) -> None:
    ours.manage_people.invite(SITE, ada, "moderator")
    clock.advance(GOOD_FOR)
    ours.manage_people.invite(SITE, ada, "moderator")

    with database.read() as db:
        assert len(db.exec_driver_sql("SELECT * FROM invitations").all()) == 1


def test_when_somebody_was_last_seen_outlives_their_session(
    ours: Door, ada: int, clock: Clock
) -> None:
    token = ours.manage_people.invite(SITE, ada, "moderator")
    session = ours.manage_people.join_as_new(token, "Dana", PASSWORD)
    clock.advance(timedelta(minutes=5))
    ours.log_in.visitor(session)
    seen = clock()
    ours.log_in.log_out(session)

    members = {each.name: each.seen_at for each in ours.manage_people.staff(SITE).members}

    assert members == {"Ada": None, "Dana": seen}
