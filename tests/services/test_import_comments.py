"""What a site brings along becomes history here, and nothing of it is told back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from modsvc.core.comment import Article, Author, Parent
from modsvc.core.decision import Action
from modsvc.core.past import OUTCOMES, Past
from modsvc.errors import NotFound
from modsvc.services.decide_cases import Seen
from modsvc.services.import_comments import ImportComments
from modsvc.services.review_case import ReviewCase
from modsvc.services.verify_log import verify_log
from modsvc.store import comments, decisions, people, queue
from modsvc.store.db import Database
from modsvc.store.decisions import Recorded
from modsvc.store.tables import outbox
from modsvc.store.writer import Writer
from tests.conftest import SITE, deciding, policies_of, screening
from tests.factories import make_comment
from tests.fakes import BrokenScorer, Clock, WordScorer

Take = Callable[..., list[str]]


@pytest.fixture
def take(database: Database, clock: Clock) -> Take:
    """Take comments in, and give what came of each."""

    def take(*pasts: Past, scorer: Any = None, site: str = SITE) -> list[str]:
        service = ImportComments(
            scorer=scorer or WordScorer(), policies=policies_of(database), db=database, now=clock
        )
        return [each.what for each in service(site, "WordPress", pasts)]

    return take


def past(outcome: str = "approved", body: str = "A goodly remark.", **changes: Any) -> Past:
    return Past(make_comment(body, **changes), outcome)


def count(database: Database, table: sa.Table) -> int:
    with database.read() as db:
        return db.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_what_became_of_it_is_the_decision_in_force(
    take: Take, of: Callable[..., list[Recorded]], outcome: str
) -> None:
    assert take(past(outcome, "A dreadful remark.")) == ["added"]

    (decision,) = of()
    assert decision.action is OUTCOMES[outcome]
    assert decision.decided_by == "import"
    assert [reason.signal.code for reason in decision.reasons] == [f"imported.{outcome}"]
    assert decision.reasons[0].signal.detail == {"source": "WordPress", "by_person": False}
    # Scored as any comment is, so that what we would say can be held against it.
    assert decision.scores["toxicity"] == 0.99


def test_all_that_is_told_of_it_is_stored(take: Take, database: Database) -> None:
    told = make_comment(author=Author("u-9", name="ada"), parent=Parent("c-0"))

    take(Past(told, "approved"))

    with database.read() as db:
        found = comments.find(db, SITE, "c-1")
        assert found is not None
        assert comments.author(db, SITE, "u-9").name == "ada"
        assert comments.parent(db, SITE, found.key, 1) == Parent("c-0")


def test_what_the_site_told_itself_is_newer_and_only_filled_in(
    take: Take, database: Database, clock: Clock
) -> None:
    with database.write() as db:
        comments.remember(db, SITE, Author("u-1", joined_at=clock.now), clock.now)
        comments.remember(db, SITE, Article("a-1", title="New", section="City"), clock.now)

    old = Article("a-1", title="Old", url="https://a.example")
    take(past(author=Author("u-1", name="ada"), article=old))

    with database.read() as db:
        assert comments.author(db, SITE, "u-1") == Author("u-1", "ada", clock.now)
        known = comments.article(db, SITE, "a-1")
    assert (known.title, known.section, known.url) == ("New", "City", "https://a.example")


def test_to_take_it_in_again_changes_nothing(take: Take, of: Callable[..., list[Recorded]]) -> None:
    take(past())

    assert take(past()) == ["known"]
    assert len(of()) == 1


def test_what_has_become_of_it_since_is_noted(
    take: Take, of: Callable[..., list[Recorded]], database: Database
) -> None:
    take(past("held"), past(id="c-2"))

    done = take(past("rejected"), past(body="A goodly edit.", id="c-2"))

    assert done == ["changed", "changed"]
    assert [each.action for each in of()] == [Action.HOLD, Action.REJECT]
    assert [each.revision for each in of("c-2")] == [1, 2]
    with database.read() as db:
        assert queue.count_open(db, SITE) == 0
    assert verify_log(database, SITE) == 4


def test_what_was_judged_here_stands(
    take: Take, of: Callable[..., list[Recorded]], database: Database, writer: Writer, clock: Clock
) -> None:
    screen = screening(database, writer, clock)
    screen(SITE, make_comment("A dreadful remark."))

    assert take(past("approved", "A dreadful remark.")) == ["known"]
    assert [each.decided_by for each in of()] == ["policy"]


def test_a_comment_that_is_posted_later_is_known(
    take: Take, of: Callable[..., list[Recorded]], database: Database, writer: Writer, clock: Clock
) -> None:
    take(past("rejected"))
    screen = screening(database, writer, clock)

    repeat = screen(SITE, make_comment())

    assert (repeat.created, repeat.decision.action) == (False, Action.REJECT)
    assert len(of()) == 1


def test_what_was_held_waits_in_the_queue_and_can_be_decided(
    take: Take, database: Database, writer: Writer, clock: Clock, of: Callable[..., list[Recorded]]
) -> None:
    take(past("held"))
    review = ReviewCase(db=database, writer=writer, policies=policies_of(database), now=clock)
    with database.write() as db:
        ada = people.add(db, "ada", clock.now)

    case_id = review.claim_next(SITE, ada)
    assert case_id is not None
    case = review.open(SITE, case_id).case
    seen = Seen(case_id, case.revision, case.claim_token)
    deciding(database, writer, clock).one(SITE, ada, seen, "moderator.approved")

    assert [each.decided_by for each in of()] == ["import", "moderator"]


def test_nothing_is_told_to_the_site(
    take: Take,
    database: Database,
    client: FlaskClient,
    headers: dict[str, str],
) -> None:
    take(past("rejected"), past(id="c-2"))

    first = client.get("/v1/decisions", headers=headers).get_json()
    with database.write() as db:
        assert decisions.head(db, SITE).position == 2
    client.post(
        "/v1/comments",
        json={"id": "c-3", "body": "A goodly one.", "article": "a", "author": "u"},
        headers=headers,
    )
    then = client.get(f"/v1/decisions?after={first['next']}", headers=headers).get_json()

    assert (first["decisions"], first["next"]) == ([], "2")
    assert [each["id"] for each in then["decisions"]] == ["c-3"]
    assert count(database, outbox) == 0
    known = client.get("/v1/comments/c-1", headers=headers).get_json()
    assert known["decisions"][0]["decided_by"] == "import"


def test_the_feed_goes_past_what_was_brought_along_in_the_middle_of_a_page(
    take: Take, client: FlaskClient, headers: dict[str, str]
) -> None:
    def post(comment_id: str) -> None:
        body = {"id": comment_id, "body": "A goodly one.", "article": "a", "author": "u"}
        client.post("/v1/comments", json=body, headers=headers)

    post("c-1")
    take(*(past(id=f"w-{n}") for n in range(5)))
    post("c-2")

    seen, after = [], "0"
    for _ in range(3):
        page = client.get(f"/v1/decisions?after={after}&limit=1", headers=headers).get_json()
        seen += [each["id"] for each in page["decisions"]]
        after = page["next"]

    assert (seen, after) == (["c-1", "c-2"], "7")


def test_what_cannot_be_scored_is_taken_in_without_scores(
    take: Take, of: Callable[..., list[Recorded]]
) -> None:
    take(past(), scorer=BrokenScorer())

    assert (of()[0].scores, of()[0].model_version) == ({}, None)


def test_a_batch_that_fails_leaves_nothing_behind(take: Take, database: Database) -> None:
    unstorable = past(id=None)

    with pytest.raises(sa.exc.IntegrityError):
        take(past(), unstorable)

    assert count(database, decisions.decisions) == 0


def test_a_site_that_is_not_there_is_named(take: Take) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        take(past(), site="nowhere")
