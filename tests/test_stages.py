"""The operator's choice of stages: what judges, and what is said where one is missing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from modsvc import app as application
from modsvc.app import create_app, open_stages
from modsvc.classifier import stages
from modsvc.classifier.scorer import LinearScorer
from modsvc.cli.opening import open_scorer
from modsvc.config import Settings
from modsvc.core.policy import Band
from modsvc.core.screening import Scorer
from modsvc.errors import EncoderUnavailable, ModelInvalid
from modsvc.services import report_health
from modsvc.store import late
from modsvc.store.db import Database
from tests.factories import make_body
from tests.fakes import BothStages, Clock, FakeScorer
from tests.strategies import default_policy

FAIR = "Thank you, a fair and careful article."
SHIPPED = LinearScorer.open_shipped().version


def joined(linear: LinearScorer) -> Scorer:
    return BothStages()


def missing(linear: LinearScorer) -> Scorer:
    raise EncoderUnavailable("the weights stayed at home")


def damaged(linear: LinearScorer) -> Scorer:
    raise ModelInvalid("the weights were altered")


@pytest.fixture
def open_both(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., Scorer]], None]:
    """Put another function where the encoder is opened."""

    def put(function: Callable[..., Scorer]) -> None:
        monkeypatch.setattr(application, "open_both", function)
        monkeypatch.setattr(stages, "open_both", function)

    return put


@pytest.fixture
def client(sqlite_url: str) -> Callable[..., FlaskClient]:
    return lambda **chosen: create_app(
        Settings(database_url=sqlite_url, secure_cookies=False, **chosen)
    ).test_client()


@pytest.mark.parametrize(
    ("chosen", "at_once", "again"),
    [
        (None, BothStages.version, BothStages.version),
        ("all", BothStages.version, BothStages.version),
        ("late", SHIPPED, BothStages.version),
        ("off", SHIPPED, None),
    ],
)
def test_the_operator_chooses_what_judges(
    open_both: Callable[..., None], chosen: str | None, at_once: str, again: str | None
) -> None:
    open_both(joined)

    opened = open_stages(Settings(encoder=chosen))

    assert opened.at_once is not None
    assert opened.at_once.version == at_once
    assert (opened.again and opened.again.version) == again


@pytest.mark.parametrize(
    ("chosen", "degraded"), [(None, False), ("off", False), ("all", True), ("late", True)]
)
def test_a_missing_encoder_is_a_problem_only_where_it_was_asked_for(
    open_both: Callable[..., None], client: Callable[..., FlaskClient],
    chosen: str | None, degraded: bool,
) -> None:  # fmt: skip
    open_both(missing)

    ready = client(encoder=chosen).get("/readyz")

    assert (ready.status_code, ready.json["ready"]) == (200, True)
    assert ready.json["degraded"] is degraded
    assert ready.json["problems"] == (["the weights stayed at home"] if degraded else [])
    assert ready.json["encoder"] == (chosen or "all")
    assert ready.json["encoder_problem"] == (
        None if chosen == "off" else "the weights stayed at home"
    )
    assert ready.json["stages"] == ["linear"]
    assert ready.json["model_version"] == SHIPPED


def test_an_encoder_that_is_damaged_is_a_problem_whoever_asked_for_it(
    open_both: Callable[..., None], client: Callable[..., FlaskClient]
) -> None:
    open_both(damaged)

    ready = client().get("/readyz").json

    assert (ready["degraded"], ready["stages"]) == (True, ["linear"])
    assert ready["problems"] == [ready["encoder_problem"]] == ["the weights were altered"]
    with pytest.raises(ModelInvalid):
        open_scorer(Settings())


def test_both_stages_are_named_where_both_judge(
    open_both: Callable[..., None], client: Callable[..., FlaskClient]
) -> None:
    open_both(joined)

    ready = client().get("/readyz").json

    assert (ready["stages"], ready["degraded"]) == (["linear", "encoder"], False)
    assert (ready["model_version"], ready["encoder_problem"]) == (BothStages.version, None)


def test_a_missing_model_is_a_problem_whatever_the_encoder(
    client: Callable[..., FlaskClient], tmp_path: Path
) -> None:
    ready = (
        client(encoder="off", model=tmp_path / "none", model_sha256="0" * 64).get("/readyz").json
    )

    assert (ready["degraded"], ready["stages"], ready["model_version"]) == (True, [], None)
    assert len(ready["problems"]) == 1


def test_an_encoder_that_fails_at_work_holds_the_comment(
    make_app: Callable[..., Flask], headers: dict[str, str]
) -> None:
    class Failing(BothStages):
        def score(self, readings: object) -> list[dict[str, float]]:
            raise RuntimeError("no memory")

    client = make_app(scorer=Failing()).test_client()

    answer = client.post("/v1/comments", json=make_body(), headers=headers).json

    assert (answer["action"], answer["model_version"]) == ("hold", None)
    assert [reason["code"] for reason in answer["reasons"]] == ["classifier.unavailable"]


@pytest.mark.parametrize("scorer", [FakeScorer(), BothStages()])
def test_every_answer_names_the_stages_that_judged(
    make_app: Callable[..., Flask], headers: dict[str, str], scorer: FakeScorer
) -> None:
    client = make_app(scorer=scorer).test_client()

    answer = client.post("/v1/comments", json=make_body(), headers=headers).json
    feed = client.get("/v1/decisions", headers=headers).json["decisions"]

    assert [d["model_version"] for d in (answer, *feed)] == [scorer.version] * 2


@pytest.mark.parametrize(
    ("chosen", "opener", "action"),
    [
        ("all", "joined", "approve"),
        ("all", "missing", "hold"),
        ("off", "joined", "hold"),
        ("late", "joined", "hold"),
    ],
)
def test_the_answer_is_weighed_by_the_bands_of_the_stages_that_were_opened(
    open_both: Callable[..., None], make_app: Callable[..., Flask], headers: dict[str, str],
    monkeypatch: pytest.MonkeyPatch, chosen: str, opener: str, action: str,
) -> None:  # fmt: skip
    open_both({"joined": lambda _: BothStages({"insult": 0.3}), "missing": missing}[opener])
    cautious = replace(
        default_policy(),
        bands={**default_policy().bands, "insult": Band(hold=0.6)},
        bands_alone={"insult": Band(hold=0.2)},
    )
    monkeypatch.setattr(application, "open_policy", lambda _: cautious)
    monkeypatch.setattr(application, "open_model", lambda _: FakeScorer({"insult": 0.3}))
    client = make_app(encoder=chosen, scorer=None).test_client()

    answer = client.post("/v1/comments", json=make_body(), headers=headers).json

    assert answer["action"] == action
    assert answer["policy_version"] == cautious.version


@pytest.mark.parametrize("chosen", ["all", "late"])
def test_a_command_does_not_go_on_without_an_encoder_that_was_asked_for(
    open_both: Callable[..., None], chosen: str
) -> None:
    open_both(missing)

    with pytest.raises(EncoderUnavailable):
        open_scorer(Settings(encoder=chosen))
    assert open_scorer(Settings(encoder=chosen), "off").version == SHIPPED
    assert open_scorer(Settings()).version == SHIPPED
    with pytest.raises(EncoderUnavailable):
        open_scorer(Settings(encoder="off"), "all")


def test_a_command_judges_with_both_stages_where_the_service_would_sooner_or_later(
    open_both: Callable[..., None],
) -> None:
    open_both(joined)

    assert open_scorer(Settings(encoder="late")).version == BothStages.version
    assert open_scorer(Settings(encoder="off")).version == SHIPPED


@pytest.mark.parametrize(("chosen", "level"), [(None, "INFO"), ("all", "ERROR")])
def test_a_missing_encoder_is_logged_as_loudly_as_it_was_asked_for(
    open_both: Callable[..., None], caplog: pytest.LogCaptureFixture,
    chosen: str | None, level: str,
) -> None:  # fmt: skip
    open_both(missing)

    with caplog.at_level(logging.INFO):
        open_stages(Settings(encoder=chosen))

    assert [(r.levelname, r.getMessage()) for r in caplog.records] == [
        (level, "encoder.unavailable: the weights stayed at home")
    ]


@pytest.mark.parametrize(("waiting", "said"), [(2, False), (3, True)])
def test_a_backlog_that_outgrows_its_bound_is_a_problem(
    make_app: Callable[..., Flask], headers: dict[str, str], monkeypatch: pytest.MonkeyPatch,
    waiting: int, said: bool,
) -> None:  # fmt: skip
    monkeypatch.setattr(report_health, "MOST_WAITING", 2)
    client = make_app(encoder="late", again=BothStages()).test_client()
    for n in range(waiting):
        client.post("/v1/comments", json=make_body(id=f"c-{n}"), headers=headers)

    ready = client.get("/readyz").json

    assert ready["late_backlog"] == waiting
    assert (ready["ready"], ready["degraded"]) == (True, said)
    assert [problem[:21] for problem in ready["problems"]] == ["3 approved comments w"] * said


def test_what_was_given_up_is_a_problem_until_it_is_judged(
    make_app: Callable[..., Flask], headers: dict[str, str], database: Database
) -> None:
    client = make_app(encoder="late", again=BothStages()).test_client()
    client.post("/v1/comments", json=make_body(), headers=headers)
    with database.write() as db:
        late.claim(db, now=Clock().now, lease=timedelta(), limit=1, attempts=0)

    ready = client.get("/readyz").json

    assert (ready["late_backlog"], ready["late_given_up"], ready["degraded"]) == (0, 1, True)
    assert "late.given_up" in ready["problems"][0]


def test_what_waits_is_kept_where_the_encoder_is_missing(
    open_both: Callable[..., None], make_app: Callable[..., Flask], headers: dict[str, str]
) -> None:
    open_both(missing)
    client = make_app(encoder="late", scorer=None).test_client()

    answer = client.post("/v1/comments", json=make_body(FAIR), headers=headers).json

    assert (answer["action"], answer["model_version"]) == ("approve", SHIPPED)
    assert client.get("/readyz").json["late_backlog"] == 1


@pytest.mark.parametrize(("chosen", "judges"), [("all", True), ("late", True), ("off", False)])
def test_what_is_left_to_judge_is_judged_by_whoever_has_the_encoder(
    open_both: Callable[..., None], make_app: Callable[..., Flask], chosen: str, judges: bool
) -> None:
    open_both(joined)

    app = make_app(encoder=chosen, scorer=None)

    names = [each.name for each in app.extensions["modsvc"].background]
    assert ("late" in names) is judges
