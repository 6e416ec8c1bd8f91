from __future__ import annotations

import pytest

from modsvc.core.mentions import mentioned

NAMES = ("Dana", "Dana Levi", "Ben", "רון", "a.b*c")


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("@Dana have a look", {"Dana"}),
        ("@dana levi, and @BEN.", {"Dana Levi", "Ben"}),
        ("(@Ben)", {"Ben"}),
        ("@Benny and mail@Ben", set()),
        ("ask @רון!", {"רון"}),
        ("@a.b*c", {"a.b*c"}),
        ("@aXbbbc", set()),
        ("Dana knows", set()),
        ("@", set()),
        ("", set()),
    ],
)
def test_who_is_named_after_an_at_is_meant(text: str, who: set[str]) -> None:
    assert mentioned(text, NAMES) == who


def test_where_nobody_works_nobody_is_meant() -> None:
    assert mentioned("@Dana", ()) == set()
    assert mentioned("@", ("",)) == set()
