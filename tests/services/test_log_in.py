from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from modsvc.core.pseudonyms import network
from modsvc.services.log_in import LogIn
from modsvc.services.passwords import (
    DECOY,
    HASHER,
    HASHES_AT_ONCE,
    MIN_PASSWORD_CHARS,
    hash_password,
    matches,
)
from modsvc.services.throttle import FREE_FAILURES, LONGEST_WAIT, WINDOW
from modsvc.store import log_ins, people
from modsvc.store.db import Database
from modsvc.store.tables import log_in_failures, sessions
from modsvc.store.writer import Writer
from tests.conftest import SITE
from tests.fakes import Clock
from tests.services.door import door

PASSWORD = "correct horse battery"
HASH = hash_password(PASSWORD)
HOME, ELSEWHERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def log_in(database: Database, writer: Writer, clock: Clock) -> LogIn:
    return door(database, writer, clock).log_in


@pytest.fixture
def dana(database: Database, clock: Clock) -> int:
    """A moderator of the site, with a password."""
    with database.write() as db:
        moderator = people.add(db, "Dana", clock(), password_hash=HASH)
        people.join_site(db, moderator, SITE, "lead")
        return moderator


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let passwords be compared as they are; what is tested is how often one may try."""
    monkeypatch.setattr("modsvc.services.passwords.matches", lambda _, tried: tried == PASSWORD)


def fail(log_in: LogIn, times: int, name: str = "Dana", address: str = HOME) -> None:
    for _ in range(times):
        assert log_in.with_password(name, "wrong", address).wait == timedelta(0)


def test_a_session_tells_who_and_where(log_in: LogIn, dana: int):
    token = log_in.with_password("Dana", PASSWORD, HOME).token

    visitor = log_in.visitor(token)

    assert (visitor.id, visitor.name, visitor.sites) == (dana, "Dana", {SITE: "The Gazette"})


def test_the_wait_grows_with_each_failure_and_then_no_more(
    log_in: LogIn, dana: int, quick: None, clock: Clock
):
    fail(log_in, FREE_FAILURES + 1)
    waits = []
    for _ in range(8):
        wait = log_in.with_password("Dana", PASSWORD, HOME).wait
        waits.append(wait)
        clock.advance(wait)
        assert log_in.with_password("Dana", "wrong", HOME).wait == timedelta(0)

    assert [wait.total_seconds() for wait in waits] == [15, 30, 60, 120, 240, 480, 900, 900]
    assert max(waits) == LONGEST_WAIT


def test_nobody_is_locked_out_by_a_clock_that_is_put_back(
    log_in: LogIn, dana: int, quick: None, clock: Clock
):
    fail(log_in, FREE_FAILURES + 1)
    clock.advance(-timedelta(days=1))

    assert log_in.with_password("Dana", PASSWORD, HOME).token


def test_the_wait_is_for_the_name_wherever_it_is_tried_from(log_in: LogIn, dana: int, quick: None):
    fail(log_in, FREE_FAILURES + 1, address=HOME)

    assert log_in.with_password("Dana", PASSWORD, ELSEWHERE).wait > timedelta(0)


def test_the_wait_is_for_the_address_whatever_name_it_tries(log_in: LogIn, dana: int, quick: None):
    for n in range(FREE_FAILURES + 1):
        fail(log_in, 1, name=f"name {n}")

    assert log_in.with_password("Dana", PASSWORD, HOME).wait > timedelta(0)
    assert log_in.with_password("Dana", PASSWORD, ELSEWHERE).token is not None


def test_names_that_do_not_exist_wait_as_long(log_in: LogIn, quick: None):
    fail(log_in, FREE_FAILURES + 1, name="Nobody")

    assert log_in.with_password("Nobody", PASSWORD, ELSEWHERE).wait > timedelta(0)


def test_the_wait_outlives_the_process(
    log_in: LogIn, dana: int, quick: None, database: Database, writer: Writer
):
    fail(log_in, FREE_FAILURES + 1)

    restarted = door(database, writer, Clock()).log_in

    assert restarted.with_password("Dana", PASSWORD, HOME).wait > timedelta(0)


def test_success_forgets_the_names_failures_but_not_the_addresss(
    log_in: LogIn, dana: int, quick: None
):
    fail(log_in, FREE_FAILURES)
    assert log_in.with_password("Dana", PASSWORD, HOME).token

    assert log_in.with_password("Dana", "wrong", ELSEWHERE).wait == timedelta(0)
    fail(log_in, 1, name="Nobody")
    assert log_in.with_password("Nobody", "wrong", HOME).wait > timedelta(0)


def test_success_counts_as_no_failure_however_often(log_in: LogIn, dana: int, quick: None):
    for _ in range(FREE_FAILURES + 5):
        assert log_in.with_password("Dana", PASSWORD, HOME).token


def test_failures_are_forgotten_in_time(log_in: LogIn, dana: int, quick: None, clock: Clock):
    fail(log_in, FREE_FAILURES + 1)

    clock.advance(WINDOW)

    assert log_in.with_password("Dana", PASSWORD, HOME).token


def test_nothing_stored_tells_the_name_or_the_address(
    log_in: LogIn, quick: None, database: Database
):
    fail(log_in, 1, name="Dana")

    with database.read() as db:
        stored = set(db.execute(sa.select(log_in_failures.c.who)).scalars())
    plain = {
        log_ins.token_digest(value) for value in ("Dana", HOME, "name:Dana", f"address:{HOME}")
    }

    assert len(stored) == 2
    assert not stored & plain


def test_more_hashes_than_there_is_memory_for_must_wait(
    log_in: LogIn, dana: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("modsvc.services.passwords.HASH_TURN_S", 0.0)
    seen = []

    def nested(password_hash: str | None, password: str) -> bool:
        """Try once more while this try is being hashed."""
        if len(seen) < HASHES_AT_ONCE:
            seen.append(log_in.with_password("Dana", password, HOME))
        return False

    monkeypatch.setattr("modsvc.services.passwords.matches", nested)

    log_in.with_password("Dana", PASSWORD, HOME)

    assert [bool(attempt.wait) for attempt in seen] == [True, False]


def test_only_the_right_password_matches():
    assert matches(HASH, PASSWORD)
    assert not matches(HASH, PASSWORD + " ")
    assert not matches(None, PASSWORD)


def test_the_decoy_costs_what_a_real_hash_costs():
    assert not HASHER.check_needs_rehash(DECOY)


def test_short_passwords_are_refused():
    with pytest.raises(ValueError, match=str(MIN_PASSWORD_CHARS)):
        hash_password("x" * (MIN_PASSWORD_CHARS - 1))


@pytest.mark.parametrize(
    ("address", "seen"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("unix:", "unknown"),
        (None, "unknown"),
    ],
)
def test_an_address_stands_for_its_subscriber(address: str | None, seen: str):
    assert network(address) == seen


def test_sessions_that_ended_are_removed_when_somebody_logs_in(
    log_in: LogIn, dana: int, quick: None, clock: Clock, database: Database
):
    old = log_in.with_password("Dana", PASSWORD, HOME).token
    clock.advance(timedelta(hours=8))

    new = log_in.with_password("Dana", PASSWORD, HOME).token

    with database.read() as db:
        stored = db.execute(sa.select(sessions.c.digest)).scalars().all()
    assert stored == [log_ins.token_digest(new)]
    assert log_in.visitor(old) is None


def test_being_seen_is_written_once_a_minute(
    log_in: LogIn, dana: int, quick: None, clock: Clock, database: Database
):
    token = log_in.with_password("Dana", PASSWORD, HOME).token
    started = clock()

    def seen_at() -> timedelta:
        log_in.visitor(token)
        with database.read() as db:
            return db.execute(sa.select(sessions.c.seen_at)).scalar_one() - started

    clock.advance(timedelta(seconds=59))
    assert seen_at() == timedelta(0)
    clock.advance(timedelta(seconds=1))
    assert seen_at() == timedelta(minutes=1)
