"""Judging again survives what may break: the database at any statement, and the process itself."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from modsvc.classifier.scorer import LinearScorer
from modsvc.core.decision import Action
from modsvc.core.screening import screen_many
from modsvc.core.text import Reading
from modsvc.errors import StoreUnavailable
from modsvc.services.judge_late import JudgeLate
from modsvc.services.screen_comment import ScreenComment
from modsvc.services.verify_log import verify_log
from modsvc.store import late, sites
from modsvc.store.db import Database
from modsvc.store.decisions import Recorded
from modsvc.store.late import Backlog
from modsvc.store.writer import Writer
from tests.conftest import SITE
from tests.factories import make_body, make_comment
from tests.fakes import BothStages, Clock
from tests.faults.history import Fate, History
from tests.faults.interference import CANARY, Interference, growth, shape
from tests.faults.service import PATIENCE_S, Crowd, Service
from tests.strategies import default_policy

Judge = Callable[..., JudgeLate]
Decisions = Callable[..., list[Recorded]]

KILLS = 4
MOST_STATEMENTS = 60  # More than it has; one that never passes must not hang us.
INSULTED = BothStages({"insult": 0.3})


@pytest.fixture(params=["once", "for good"])
def lasting(request: pytest.FixtureRequest) -> bool:
    """Whether the database fails at one statement, or from it on."""
    return bool(request.param == "for good")


@pytest.fixture
def late_app(make_app: Callable[..., Flask]) -> Flask:
    return make_app(encoder="late", again=INSULTED)


def codes(answer: Any) -> set[str]:
    return {reason["code"] for reason in answer["reasons"]}


def actions(decisions: list[Recorded]) -> list[str]:
    return [decision.action.word for decision in decisions]


def test_an_approval_and_the_wish_to_judge_it_again_are_stored_together_or_not_at_all(
    database: Database, late_app: Flask, headers: dict[str, str], *, lasting: bool
) -> None:
    client = late_app.test_client()

    for nth in range(1, MOST_STATEMENTS):
        was = shape(database)
        sent = make_body("A goodly remark.", id=f"c-{nth}")
        with Interference(late_app.extensions["modsvc"].db, nth, lasting=lasting) as interference:
            answer = client.post("/v1/comments", json=sent, headers=headers)
        grown = growth(was, shape(database))
        if answer.status_code == 503:
            assert grown == {}
        else:
            # What the store could not say enough of is held, and so is not judged again.
            wished = answer.json["action"] == "approve"
            assert (grown["decisions"], grown.get("late_judgements", 0)) == (1, wished)
            assert wished or {"history.unavailable", "policy.unavailable"} & codes(answer.json)
        if not interference.happened:
            break
    else:
        pytest.fail("the request never passed")

    assert nth > 4


def test_what_both_stages_decide_is_stored_whole_or_not_at_all(
    database: Database, late_app: Flask, headers: dict[str, str], make_judge: Judge,
    lapse: Callable[[], None], of: Decisions, caplog: pytest.LogCaptureFixture, *, lasting: bool,
) -> None:  # fmt: skip
    client, ours = late_app.test_client(), late_app.extensions["modsvc"]
    judge = make_judge(INSULTED, db=ours.db, writer=ours.writer)
    held = {
        "decisions": 1, "cases": 1, "open cases": 1, "outbox": 1, "late_judgements": -1,
    }  # fmt: skip

    for nth in range(1, MOST_STATEMENTS):
        sent = make_body("A goodly remark.", id=f"c-{nth}")
        assert client.post("/v1/comments", json=sent, headers=headers).status_code == 201
        was = shape(database)
        with Interference(ours.db, nth, lasting=lasting) as interference:
            try:
                judge()
            except StoreUnavailable as error:
                assert CANARY not in str(error)  # noqa: PT017  That it raises is not what is tested.
        grown = growth(was, shape(database))
        assert grown in ({}, held)
        if not interference.happened:
            assert grown == held
            break
        lapse()
        judge()
        assert growth(was, shape(database)) == held
        assert actions(of(f"c-{nth}")) == ["approve", "hold"]
    else:
        pytest.fail("it never passed")

    assert nth > 8
    assert CANARY not in caplog.text
    assert verify_log(database, SITE) == 2 * nth


class Dying(BothStages):
    """Kills its own process in the middle of its work, as a kill -9 would."""

    def score(self, readings: Sequence[Reading]) -> list[dict[str, float]]:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("unreachable")


class DyingClock(Clock):
    """Kills its own process when the time of the decision is asked for, within its transaction."""

    def __call__(self) -> datetime:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("unreachable")


@pytest.mark.parametrize(
    ("scorer", "now"), [(Dying(), Clock()), (INSULTED, DyingClock())], ids=["judging", "writing"]
)
def test_what_a_killed_process_had_in_hand_is_taken_up_by_another(
    database: Database, writer: Writer, screen_late: ScreenComment, make_judge: Judge,
    lapse: Callable[[], None], of: Decisions, scorer: BothStages, now: Clock,
) -> None:  # fmt: skip
    screen_late.many(SITE, [make_comment(id=f"c-{n}") for n in range(3)])
    writer.close()
    database.close()  # What is open does not cross a fork.
    child = os.fork()
    if child == 0:
        try:  # Nothing may escape from here: a child must not go on as a second pytest.
            own = Database(database.url.render_as_string(hide_password=False))
            make_judge(scorer, db=own, writer=Writer(own), now=now)()
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    judge = make_judge(INSULTED)

    judge()
    untouched = [actions(of(f"c-{n}")) for n in range(3)]
    lapse()
    judge()

    assert untouched == [["approve"]] * 3
    assert [actions(of(f"c-{n}")) for n in range(3)] == [["approve", "hold"]] * 3
    assert verify_log(database, SITE) == 6


def test_a_database_that_cannot_be_asked_leaves_the_backlog_unknown(
    late_app: Flask, client: FlaskClient
) -> None:
    ours = late_app.extensions["modsvc"]
    with Interference(ours.db, 1, lasting=True):
        ready = late_app.test_client().get("/readyz")

    assert ready.status_code == 503
    assert (ready.json["late_backlog"], ready.json["late_given_up"]) == (None, None)


@pytest.mark.slow
def test_kill_9_under_load_loses_no_second_judgement_and_doubles_none(
    database: Database, make_judge: Judge, lapse: Callable[[], None], of: Decisions
) -> None:
    history = History()
    url = database.url.render_as_string(hide_password=False)
    service = Service(url, module="tests.with_encoder", MODSVC_ENCODER="late")
    with database.write() as db:
        key = sites.add_key(db, SITE, "tests", frozenset(sites.SCOPES), Clock().now)
    crowd = Crowd(service, key, history)

    service.start()
    try:
        with crowd.at_work():
            for _ in range(KILLS):
                history.wait_for(Fate.ACKNOWLEDGED, 60, within_s=PATIENCE_S)
                crowd.is_up.clear()
                service.kill()
                service.start()
                crowd.is_up.set()
    finally:
        service.kill()
    lapse()
    judge = make_judge(INSULTED)
    while judge():
        pass
    sent = [make_comment(body, id=comment_id) for comment_id, body in history.bodies.items()]
    stage_one = LinearScorer.open_shipped()
    firsts = screen_many(sent, scorer=stage_one, policy=default_policy())
    approved = {c.id for c, d in zip(sent, firsts, strict=True) if d.action is Action.APPROVE}

    assert verify_log(database, SITE) > len(history.actions)
    for comment_id in history.actions:
        # One sent again is answered with what is in force by then, so the answer tells nothing.
        expected = ["approve", "hold"] if comment_id in approved else ["hold"]
        assert actions(of(comment_id)) == expected, comment_id
    with database.read() as db:
        assert late.backlog(db, up_to=1) == Backlog(0, 0)
