from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import assume, given
from hypothesis import strategies as st
from pyotp import HOTP, TOTP, parse_uri

from modsvc.services import second_step as steps
from modsvc.services.log_in import BETWEEN_STEPS, Attempt
from modsvc.services.passwords import hash_password
from modsvc.services.second_step import STEP_S, spaced, step_of
from modsvc.services.throttle import FREE_FAILURES
from modsvc.store import people
from modsvc.store.db import Database
from modsvc.store.second_steps import RECOVERY_CODES
from modsvc.store.tables import metadata
from modsvc.store.writer import Writer
from tests.fakes import Clock
from tests.services.door import Door, door

HOME = "192.0.2.1"
PASSWORD = "correct horse battery"
HASH = hash_password(PASSWORD)
STEP = timedelta(seconds=STEP_S)
Employ = Callable[..., int]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let passwords be compared as they are; what is tested comes after them."""
    monkeypatch.setattr("modsvc.services.passwords.matches", lambda _, tried: tried == PASSWORD)


@pytest.fixture
def dana(employ: Employ) -> int:
    return employ("Dana", password_hash=HASH)


class Phone:
    """Shows the codes of a secret, as an app does."""

    def __init__(self, ours: Door, moderator: int, clock: Clock) -> None:
        self.nonce = ours.second_step.offer()
        self.secret = ours.second_step.secret(moderator, self.nonce)
        self._clock = clock

    def code(self, ahead: int = 0) -> str:
        return TOTP(self.secret).at(self._clock() + ahead * STEP)


@pytest.fixture
def phone(ours: Door, dana: int, clock: Clock) -> Phone:
    """Dana's telephone, whose second step is on; its first code was used."""
    phone = Phone(ours, dana, clock)
    outcome = ours.second_step.turn_on(dana, phone.nonce, phone.code(), HOME)
    assert outcome.counts
    clock.advance(STEP)
    return phone


@pytest.fixture
def recovery_codes(ours: Door, dana: int, phone: Phone, clock: Clock) -> tuple[str, ...]:
    codes = ours.second_step.renew(dana, phone.code(), HOME).recovery_codes
    clock.advance(STEP)
    return codes


def first_step(ours: Door) -> str:
    attempt = ours.log_in.with_password("Dana", PASSWORD, HOME)
    assert attempt.token is None
    assert attempt.first_step is not None
    return attempt.first_step


def log_in(ours: Door, code: str) -> Attempt:
    return ours.log_in.with_code(first_step(ours), code, HOME)


secrets = st.binary(min_size=20, max_size=20).map(
    lambda raw: __import__("base64").b32encode(raw).decode()
)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  hypothesis adds the zone.


@given(secrets, moments, st.integers(-1, 1))
def test_the_codes_of_three_half_minutes_count(secret: str, now: datetime, beside: int) -> None:
    step = int(now.timestamp()) // STEP_S + beside

    found = step_of(secret, HOTP(secret).at(step), now)

    assert found is not None
    assert found >= step


@given(secrets, moments, st.integers(2, 10_000) | st.integers(-10_000, -2))
def test_the_codes_of_no_other_half_minute_count(secret: str, now: datetime, beside: int) -> None:
    present = int(now.timestamp()) // STEP_S
    code = HOTP(secret).at(present + beside)
    # Three in a million are alike by chance.
    assume(code not in {HOTP(secret).at(present + each) for each in (-1, 0, 1)})

    assert step_of(secret, code, now) is None


def test_codes_are_those_that_apps_make(ours: Door, dana: int, clock: Clock) -> None:
    nonce = ours.second_step.offer()

    app = parse_uri(ours.second_step.address(dana, "Dana: דנה", nonce))

    assert isinstance(app, TOTP)
    assert (app.interval, app.digits, app.issuer) == (30, 6, "modsvc")
    assert step_of(ours.second_step.secret(dana, nonce), app.at(clock()), clock()) is not None


def test_a_password_alone_lets_nobody_in_who_has_a_second_step(ours: Door, phone: Phone) -> None:
    token = first_step(ours)

    assert ours.log_in.visitor(token) is None
    assert ours.log_in.with_code(token, phone.code(), HOME).token is not None


def test_a_link_stands_for_the_password_alone(
    ours: Door, phone: Phone, dana: int, database: Database, clock: Clock
) -> None:
    from modsvc.store import log_ins

    with database.write() as db:
        link = log_ins.make_link(db, dana, clock() + timedelta(hours=1))

    attempt = ours.log_in.with_link(link)

    assert attempt.token is None
    assert ours.log_in.with_code(str(attempt.first_step), phone.code(), HOME).token is not None


@pytest.mark.parametrize("ahead", [-1, 0, 1])
def test_a_code_counts_once(ours: Door, phone: Phone, clock: Clock, ahead: int) -> None:
    clock.advance(STEP)
    code = phone.code(ahead)

    assert log_in(ours, code).token is not None
    assert log_in(ours, code).token is None


def test_no_code_counts_that_is_older_than_one_that_was_used(ours: Door, phone: Phone) -> None:
    older, newer = phone.code(), phone.code(1)

    assert log_in(ours, newer).token is not None
    assert log_in(ours, older).token is None


def test_the_code_that_turned_it_on_is_used(ours: Door, dana: int, clock: Clock) -> None:
    phone = Phone(ours, dana, clock)
    code = phone.code()
    ours.second_step.turn_on(dana, phone.nonce, code, HOME)

    assert log_in(ours, code).token is None


def test_a_wrong_code_turns_nothing_on(ours: Door, dana: int, clock: Clock) -> None:
    phone = Phone(ours, dana, clock)

    outcome = ours.second_step.turn_on(dana, phone.nonce, phone.code(7), HOME)

    assert (outcome.counts, outcome.recovery_codes) == (False, ())
    assert ours.log_in.with_password("Dana", PASSWORD, HOME).token is not None


def test_a_second_step_that_is_on_is_not_replaced(
    ours: Door, phone: Phone, dana: int, clock: Clock
) -> None:
    other = Phone(ours, dana, clock)

    assert not ours.second_step.turn_on(dana, other.nonce, other.code(), HOME).counts
    assert log_in(ours, phone.code()).token is not None


def test_a_recovery_code_counts_once_and_however_it_is_written(
    ours: Door, recovery_codes: tuple[str, ...], dana: int
) -> None:
    written = spaced(recovery_codes[3]).lower().replace(" ", "-")

    assert log_in(ours, written).token is not None
    assert log_in(ours, written).token is None
    assert ours.second_step.left(dana) == RECOVERY_CODES - 1


def test_a_recovery_code_is_of_no_use_to_somebody_else(
    ours: Door, recovery_codes: tuple[str, ...], employ: Employ, clock: Clock
) -> None:
    ben = employ("Ben", password_hash=HASH)
    his = Phone(ours, ben, clock)
    assert ours.second_step.turn_on(ben, his.nonce, his.code(), HOME).counts

    attempt = ours.log_in.with_password("Ben", PASSWORD, HOME)

    assert ours.log_in.with_code(str(attempt.first_step), recovery_codes[0], HOME).token is None


def test_new_recovery_codes_end_those_before(
    ours: Door, recovery_codes: tuple[str, ...], phone: Phone, dana: int
) -> None:
    new = ours.second_step.renew(dana, phone.code(), HOME).recovery_codes

    assert len(set(new)) == RECOVERY_CODES
    assert log_in(ours, recovery_codes[0]).token is None
    assert log_in(ours, new[0]).token is not None


def test_it_is_turned_off_by_a_code_and_by_nothing_else(
    ours: Door, phone: Phone, dana: int, clock: Clock
) -> None:
    assert not ours.second_step.turn_off(dana, phone.code(9), HOME).counts
    assert ours.second_step.turn_off(dana, phone.code(), HOME).counts

    assert ours.log_in.with_password("Dana", PASSWORD, HOME).token is not None
    assert ours.second_step.left(dana) == 0


def test_two_log_ins_with_one_code_at_once_let_one_in(
    doors: tuple[Door, Door],
    phone: Phone,
    clock: Clock,
    in_threads: Callable[..., list[Any]],
) -> None:
    for _ in range(5):
        clock.advance(STEP)
        taken = [first_step(each) for each in doors]

        def enter(at: int, code: str = phone.code(), taken: list[str] = taken) -> Attempt:
            return doors[at].log_in.with_code(taken[at], code, HOME)

        attempts = in_threads([lambda: enter(0), lambda: enter(1)])

        assert sum(attempt.token is not None for attempt in attempts) == 1


def test_two_log_ins_with_one_recovery_code_at_once_let_one_in(
    doors: tuple[Door, Door], recovery_codes: tuple[str, ...], in_threads: Callable[..., list[Any]]
) -> None:
    for code in recovery_codes[:5]:
        taken = [first_step(each) for each in doors]

        def enter(at: int, code: str = code, taken: list[str] = taken) -> Attempt:
            return doors[at].log_in.with_code(taken[at], code, HOME)

        attempts = in_threads([lambda: enter(0), lambda: enter(1)])

        assert sum(attempt.token is not None for attempt in attempts) == 1


def test_a_first_step_leads_on_once(ours: Door, phone: Phone) -> None:
    token = first_step(ours)

    assert ours.log_in.with_code(token, phone.code(), HOME).token is not None
    assert ours.log_in.with_code(token, phone.code(1), HOME).is_past


def test_a_first_step_is_past_after_a_while(ours: Door, phone: Phone, clock: Clock) -> None:
    token = first_step(ours)
    clock.advance(BETWEEN_STEPS)

    assert ours.log_in.with_code(token, phone.code(), HOME).is_past


def test_whoever_is_shut_out_between_the_steps_stays_out(
    ours: Door, phone: Phone, database: Database, clock: Clock
) -> None:
    token = first_step(ours)
    with database.write() as db:
        people.disable(db, "Dana", clock())

    assert ours.log_in.with_code(token, phone.code(), HOME).is_past


def test_guessing_codes_is_slowed_down_and_waiting_helps(
    ours: Door, phone: Phone, dana: int, clock: Clock
) -> None:
    for _ in range(FREE_FAILURES + 1):
        assert log_in(ours, phone.code(5)) == Attempt(None)

    refused = ours.log_in.with_code(first_step_elsewhere(ours), phone.code(), "192.0.2.2")
    off = ours.second_step.turn_off(dana, phone.code(), "192.0.2.2")
    clock.advance(refused.wait)

    assert refused.wait == off.wait == timedelta(seconds=15)
    assert ours.log_in.with_code(first_step_elsewhere(ours), phone.code(), "192.0.2.2").token


def first_step_elsewhere(ours: Door) -> str:
    return str(ours.log_in.with_password("Dana", PASSWORD, "192.0.2.2").first_step)


def test_neither_secret_nor_code_is_stored(
    ours: Door, phone: Phone, recovery_codes: tuple[str, ...], database: Database
) -> None:
    with database.read() as db:
        stored = str([db.execute(sa.select(table)).all() for table in metadata.sorted_tables])

    assert phone.nonce in stored
    assert phone.secret not in stored
    assert not any(code in stored for code in recovery_codes)


def test_an_operators_key_makes_other_secrets(
    ours: Door, database: Database, writer: Writer, clock: Clock, dana: int
) -> None:
    kept_apart = door(database, writer, clock, secret_key="k" * 32).second_step

    assert kept_apart.secret(dana, "nonce") != ours.second_step.secret(dana, "nonce")
    assert kept_apart.secret(dana, "nonce") != kept_apart.secret(dana + 1, "nonce")
    assert re.fullmatch(r"[A-Z2-7]{32}", kept_apart.secret(dana, "nonce"))


@pytest.mark.parametrize("code", ["", "000", "१२३४५६", "12345a", "x" * 500, "a\0b", "１２３４５６"])
def test_what_is_no_code_counts_for_nothing(ours: Door, phone: Phone, code: str) -> None:
    assert log_in(ours, code) == Attempt(None)


def test_what_people_put_between_the_digits_does_not_matter(ours: Door, phone: Phone) -> None:
    code = phone.code()

    assert log_in(ours, f" {code[:3]} {code[3:]}\n").token is not None


def test_a_code_is_compared_with_all_that_count(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    seen: list[str] = []

    def compare(ours: str, theirs: str) -> bool:
        seen.append(ours)
        return ours == theirs

    monkeypatch.setattr(steps.hmac, "compare_digest", compare)
    secret = "A" * 32

    step_of(secret, TOTP(secret).at(clock() - STEP), clock())

    assert len(seen) == 3
