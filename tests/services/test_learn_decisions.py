"""Which of a site's decisions are learned from, when, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from modsvc.core.past import Past
from modsvc.services import learn_decisions as module
from modsvc.services.import_comments import ImportComments
from modsvc.services.learn_decisions import LearnDecisions
from modsvc.store import labels, site_models, sites
from modsvc.store import suggestions as store
from modsvc.store.db import Database
from modsvc.store.suggestions import Suggestion
from modsvc.store.writer import Writer
from tests.conftest import SITE, policies_of, screening
from tests.factories import make_comment
from tests.fakes import Clock, WordScorer

ANALYZE = "/v1alpha1/comments:analyze"
ASKING = {
    "comment": {"text": "A word on parking."},
    "requestedAttributes": {"LIKELY_TO_REJECT": {}},
}


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few decisions are enough."""
    for name in ("MIN_OF_EACH", "MIN_OTHERS"):
        monkeypatch.setattr(module, name, 20)


@pytest.fixture
def bring(database: Database, clock: Clock) -> Callable[..., None]:
    """Bring along comments that were approved, or about parking and rejected."""
    service = ImportComments(
        scorer=WordScorer(), policies=policies_of(database), db=database, now=clock
    )

    def bring(n: int = 50, *, start: int = 0) -> None:
        batch = []
        for i in range(start, start + n):
            word = "parking" if i % 2 else "bridges"
            told = make_comment(f"A goodly word on {word}, for the {i}th time.", id=f"w-{i}")
            batch.append(Past(told, "rejected" if i % 2 else "approved"))
        service(SITE, "wordpress", batch)

    return bring


@pytest.fixture
def learn(database: Database, writer: Writer, clock: Clock) -> LearnDecisions:
    return LearnDecisions(db=database, writer=writer, lexicon=None, now=clock)


def value(client: FlaskClient, key: str, text: str) -> float:
    asked = ASKING | {"comment": {"text": text}}
    answer = client.post(f"{ANALYZE}?key={key}", json=asked).get_json()
    score: float = answer["attributeScores"]["LIKELY_TO_REJECT"]["summaryScore"]["value"]
    return score


def test_with_too_few_decisions_the_score_is_refused_with_why(
    client: FlaskClient, key: str, bring: Callable[..., None], learn: LearnDecisions
) -> None:
    bring()

    counts, learned = learn.learn(SITE)

    assert (counts.approved, counts.rejected, learned) == (25, 25, None)
    answer = client.post(f"{ANALYZE}?key={key}", json=ASKING)
    assert answer.status_code == 400
    assert "there is not enough of it yet" in answer.get_json()["error"]["message"]


@pytest.mark.usefixtures("few")
def test_with_enough_it_is_answered_and_knows_what_the_site_rejects(
    app: Flask, key: str, bring: Callable[..., None], learn: LearnDecisions
) -> None:
    bring()
    while learn():
        pass

    client = app.test_client()

    assert value(client, key, "A goodly word on bridges.") < 0.3
    assert value(client, key, "A goodly word on parking.") > 0.7


@pytest.mark.usefixtures("few")
def test_a_site_learns_from_its_own_decisions_alone(
    database: Database, clock: Clock, bring: Callable[..., None], learn: LearnDecisions
) -> None:
    with database.write() as db:
        sites.add_site(db, "herald", "The Herald", clock.now)
    bring()

    while learn():
        pass

    with database.read() as db:
        assert site_models.get(db, SITE) is not None
        assert site_models.get(db, "herald") is None


@pytest.mark.usefixtures("few")
def test_it_is_learned_anew_when_there_is_enough_new(
    bring: Callable[..., None], learn: LearnDecisions
) -> None:
    assert not learn.is_due(SITE)
    bring()
    assert learn.is_due(SITE)
    learn.learn(SITE)
    bring(19, start=50)
    assert not learn.is_due(SITE)
    bring(1, start=69)
    assert learn.is_due(SITE)


@pytest.mark.usefixtures("few")
def test_the_policys_own_decisions_alone_are_not_learned_from(
    database: Database, writer: Writer, clock: Clock, learn: LearnDecisions
) -> None:
    screen = screening(database, writer, clock)
    for i in range(60):
        word = "dreadful" if i % 2 else "goodly"
        screen(SITE, make_comment(f"A {word} remark, {i}.", id=f"c-{i}"))

    counts, learned = learn.learn(SITE)

    assert (counts.approved, counts.rejected, counts.by_policy) == (30, 30, 60)
    assert learned is None


@pytest.mark.usefixtures("few")
def test_what_tells_too_little_is_not_answered(
    client: FlaskClient,
    key: str,
    bring: Callable[..., None],
    learn: LearnDecisions,
    database: Database,
) -> None:
    bring()
    _, learned = learn.learn(SITE)
    assert learned is not None
    with database.write() as db:
        site_models.put(db, SITE, replace(learned, auc=0.69))

    assert client.post(f"{ANALYZE}?key={key}", json=ASKING).status_code == 400


def suggest(database: Database, suggestion: Suggestion, clock: Clock, **scores: float) -> None:
    with database.write() as db:
        key = sites.list_keys(db, SITE)[0].id
        store.add(db, SITE, key, suggestion, clock.now, scores)


@pytest.mark.usefixtures("key")
def test_what_others_told_of_a_comment_counts_where_it_is_newer(
    bring: Callable[..., None], database: Database, clock: Clock
) -> None:
    bring(2)
    clock.advance(timedelta(hours=1))
    told = Suggestion("coral", None, {}, comment_id="w-0", rejected=True)
    suggest(database, told, clock)
    suggest(database, replace(told, comment_id="nowhere"), clock)
    suggest(
        database,
        replace(told, comment_id=None, body="Elsewhere.", rejected=False),
        clock,
        insult=0.4,
    )
    suggest(database, replace(told, comment_id="w-1", rejected=None), clock)

    with database.read() as db:
        found = {label.body: label for label in labels.of_site(db, SITE, 10)}

    assert len(found) == 3
    assert found["A goodly word on bridges, for the 0th time."].rejected
    assert found["A goodly word on bridges, for the 0th time."].scores["insult"] == 0.0
    assert found["A goodly word on parking, for the 1th time."].rejected
    assert not found["Elsewhere."].rejected
    assert found["Elsewhere."].scores == {"insult": 0.4}


def test_what_was_brought_along_is_as_old_as_it_is(
    database: Database, writer: Writer, clock: Clock
) -> None:
    screen = screening(database, writer, clock)
    screen(SITE, make_comment("A goodly remark of today.", id="c-1"))
    clock.advance(timedelta(hours=1))
    old = make_comment(
        "A goodly remark of old.", id="w-1", created_at=datetime(2009, 1, 1, tzinfo=UTC)
    )
    take = ImportComments(
        scorer=WordScorer(), policies=policies_of(database), db=database, now=clock
    )
    take(SITE, "WordPress", [Past(old, "rejected")])

    with database.read() as db:
        (newest,) = labels.of_site(db, SITE, 1)

    assert newest.body == "A goodly remark of today."


def test_one_sites_failure_keeps_no_other_waiting(
    database: Database, learn: LearnDecisions, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.write() as db:
        sites.add_site(db, "herald", "The Herald", clock.now)
    looked_at = []

    def is_due(site: str) -> bool:
        looked_at.append(site)
        raise ZeroDivisionError

    monkeypatch.setattr(learn, "is_due", is_due)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            learn()

    assert not learn()
    assert sorted(looked_at) == [SITE, "herald"]


def test_what_is_held_says_nothing_yet(database: Database, writer: Writer, clock: Clock) -> None:
    screen = screening(database, writer, clock)
    screen(SITE, make_comment("A dubious remark."))

    with database.read() as db:
        assert labels.of_site(db, SITE, 10) == []
