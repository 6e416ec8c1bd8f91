from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from modsvc.core.preferences import Preferences
from modsvc.services.log_in import IDLE
from modsvc.services.passwords import MAX_PASSWORD_CHARS
from modsvc.services.throttle import FREE_FAILURES
from modsvc.store import log_ins, people
from modsvc.store.db import Database
from tests.fakes import Clock
from tests.services.door import Door

HOME = "192.0.2.1"
OLD, NEW = "correct horse battery", "an even better staple"
Employ = Callable[..., int]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let passwords be kept and compared as they are."""
    monkeypatch.setattr("modsvc.services.passwords.hash_password", lambda password: password)
    monkeypatch.setattr("modsvc.services.passwords.matches", lambda kept, tried: kept == tried)


@pytest.fixture
def dana(employ: Employ) -> int:
    return employ("Dana", password_hash=OLD)


def enter(ours: Door, password: str = OLD, device: str = "") -> str | None:
    return ours.log_in.with_password("Dana", password, HOME, device).token


def test_a_new_password_ends_every_session_and_starts_one(ours: Door, dana: int) -> None:
    before = [enter(ours), enter(ours)]

    changed = ours.account.change_password(dana, OLD, NEW, HOME)

    assert [ours.log_in.visitor(str(token)) for token in before] == [None, None]
    assert ours.log_in.visitor(str(changed.token)) is not None
    assert enter(ours, OLD) is None
    assert enter(ours, NEW) is not None


def test_a_new_password_ends_links_and_half_finished_log_ins(
    ours: Door, dana: int, database: Database, clock: Clock
) -> None:
    with database.write() as db:
        link = log_ins.make_link(db, dana, clock() + timedelta(hours=1))
        half = log_ins.start_session(db, dana, clock(), awaits_code=True)

    ours.account.change_password(dana, OLD, NEW, HOME)

    assert ours.log_in.with_link(link).token is None
    assert ours.log_in.with_code(half, "123456", HOME).is_past


def test_a_wrong_present_password_changes_nothing(ours: Door, dana: int) -> None:
    session = enter(ours)

    assert ours.account.change_password(dana, "wrong horse", NEW, HOME).token is None

    assert ours.log_in.visitor(str(session)) is not None
    assert enter(ours, OLD) is not None


def test_guessing_the_present_password_is_slowed_down_like_log_in(ours: Door, dana: int) -> None:
    for _ in range(FREE_FAILURES + 1):
        assert not ours.account.change_password(dana, "wrong horse", NEW, HOME).wait

    refused = ours.account.change_password(dana, OLD, NEW, "192.0.2.2")

    assert (refused.token, refused.wait) == (None, timedelta(seconds=15))
    assert ours.log_in.with_password("Dana", OLD, "192.0.2.3").wait > timedelta(0)


def test_who_has_no_password_chooses_one_without(ours: Door, employ: Employ) -> None:
    ben = employ("Ben")
    assert not ours.account.has_password(ben)

    assert ours.account.change_password(ben, "", NEW, HOME).token is not None

    assert ours.account.has_password(ben)
    assert ours.log_in.with_password("Ben", NEW, HOME).token is not None


@pytest.mark.parametrize("new", ["x" * 11, "x" * (MAX_PASSWORD_CHARS + 1)])
def test_a_password_has_a_length(ours: Door, dana: int, new: str) -> None:
    with pytest.raises(ValueError, match="a password has at"):
        ours.account.change_password(dana, OLD, new, HOME)


def test_whoever_was_shut_out_changes_nothing(
    ours: Door, dana: int, database: Database, clock: Clock
) -> None:
    with database.write() as db:
        people.disable(db, "Dana", clock())

    assert ours.account.change_password(dana, OLD, NEW, HOME).token is None


def test_sessions_are_listed_with_their_devices_and_times(
    ours: Door, dana: int, clock: Clock, database: Database
) -> None:
    first = clock()
    enter(ours, device="Firefox on Linux")
    clock.advance(timedelta(hours=1))
    enter(ours, device="Safari on iPhone")
    with database.write() as db:
        log_ins.start_session(db, dana, clock(), awaits_code=True)

    listed = [(each.device, each.created_at) for each in ours.account.sessions(dana)]

    assert listed == [("Safari on iPhone", clock()), ("Firefox on Linux", first)]


def test_a_session_that_ended_is_not_listed(ours: Door, dana: int, clock: Clock) -> None:
    enter(ours)
    clock.advance(IDLE)

    assert ours.account.sessions(dana) == []


def test_one_session_is_ended_and_the_others_go_on(ours: Door, dana: int) -> None:
    kept, ended = str(enter(ours)), str(enter(ours))

    assert ours.account.end_session(dana, log_ins.token_digest(ended))

    assert ours.log_in.visitor(ended) is None
    assert ours.log_in.visitor(kept) is not None
    assert not ours.account.end_session(dana, log_ins.token_digest(ended))


def test_nobody_ends_the_session_of_somebody_else(ours: Door, dana: int, employ: Employ) -> None:
    session = str(enter(ours))

    assert not ours.account.end_session(employ("Ben"), log_ins.token_digest(session))

    assert ours.log_in.visitor(session) is not None


def test_all_other_sessions_are_ended_at_once(ours: Door, dana: int, employ: Employ) -> None:
    others, present = [str(enter(ours)) for _ in range(3)], str(enter(ours))
    employ("Ben", password_hash=OLD)
    bens = str(ours.log_in.with_password("Ben", OLD, HOME).token)

    assert ours.account.end_other_sessions(dana, present) == 3

    assert not any(ours.log_in.visitor(token) for token in others)
    assert ours.log_in.visitor(present) is not None
    assert ours.log_in.visitor(bens) is not None


def test_what_somebody_likes_comes_with_them_wherever_they_log_in(ours: Door, dana: int) -> None:
    likes = Preferences(theme="dark", keys="coral", blurred=frozenset(), break_after=0, blind=True)

    ours.account.prefer(dana, likes)

    visitor = ours.log_in.visitor(str(enter(ours)))
    assert visitor is not None
    assert visitor.preferences == likes
