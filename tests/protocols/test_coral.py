"""Coral's external moderation phase and webhooks, signed over the bytes as they are sent."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from modsvc.core.comment import MAX_BODY_CHARS
from modsvc.core.decision import Action, Decision, Reason
from modsvc.core.signals import Signal
from modsvc.protocols.coral.answers import CODES, answer
from modsvc.protocols.coral.asked import plain, read_comment
from modsvc.protocols.coral.signing import HEADER, is_signed, sign
from modsvc.store import sites, suggestions
from modsvc.store.db import Database
from tests.conftest import SITE
from tests.fakes import BrokenScorer, Clock
from tests.protocols.conftest import Served

SECRET = "s3cr3t"
MODERATE, WEBHOOK = "/coral/moderate", "/coral/webhook"
# https://github.com/coralproject/talk: what its answer may hold, or it is left out as a whole.
STATUSES = {"NONE", "APPROVED", "REJECTED", "PREMOD", "SYSTEM_WITHHELD"}
FLAGS = {"COMMENT_DETECTED_TOXIC", "COMMENT_DETECTED_SPAM"}
REASONS = {
    "OFFENSIVE",
    "ABUSIVE",
    "SPAM",
    "BANNED_WORD",
    "AD",
    "ILLEGAL_CONTENT",
    "HARASSMENT_BULLYING",
    "MISINFORMATION",
    "HATE_SPEECH",
    "IRRELEVANT_CONTENT",
    "OTHER",
}


def asking(body: str = "Here is a reply", **more: Any) -> dict[str, Any]:
    return {
        "action": "NEW",
        "comment": {"body": body, "parentID": None},
        "author": {"id": "baf4e943", "role": "COMMENTER"},
        "story": {"id": "245b3856", "url": "https://news.example/a"},
        "site": {"id": "a4bede88"},
        "tenantID": "19ba5794",
        "tenantDomain": "talk.example",
        **more,
    }


def as_coral_writes(value: object) -> bytes:
    """JSON.stringify(value, null, 2)."""
    return json.dumps(value, indent=2, ensure_ascii=False).encode()


def give_secret(database: Database, key: str, secret: str = SECRET) -> None:
    with database.write() as db:
        assert sites.add_secret(db, SITE, key, secret, Clock().now) == 1


@pytest.fixture
def send(client: FlaskClient, database: Database, key: str) -> Any:
    give_secret(database, key)

    def send(
        value: object, path: str = MODERATE, *, with_key: str = key, signature: str | None = None
    ) -> TestResponse:
        body = value if isinstance(value, bytes) else as_coral_writes(value)
        signed = sign(SECRET, body) if signature is None else signature
        return client.post(
            path, data=body, query_string={"key": with_key}, headers={HEADER: signed}
        )

    return send


def test_the_signature_is_corals() -> None:
    body = b'{\n  "action": "NEW"\n}'

    signature = "sha256=21f930743c2791edb9f47035b2fc7f50693eab6255720f80448a28fa8bb4d962"

    assert sign(SECRET, body) == signature
    assert is_signed(body, signature, [SECRET])


@given(st.binary(), st.lists(st.text(), max_size=3), st.text(), st.text(max_size=80))
def test_only_a_signature_by_a_known_secret_is_good(
    body: bytes, others: list[str], secret: str, forged: str
) -> None:
    assert is_signed(body, f"{sign('old', b'')},{sign(secret, body)}", [*others, secret])
    assert not is_signed(body, sign(secret, body + b" "), [*others, secret])
    assert not is_signed(body, sign(secret, body), [each for each in others if each != secret])
    assert not is_signed(body, forged, [secret])
    assert not is_signed(body, sign("", body), [])


def test_the_bytes_are_signed_and_not_what_they_mean(send: Any) -> None:
    value = asking("Naïve 😀\r\nsecond line, goodly")

    assert send(value).status_code == 204
    assert send(value, signature=sign(SECRET, json.dumps(value).encode())).status_code == 401


def test_secrets_are_exchanged_without_a_gap(send: Any, database: Database, key: str) -> None:
    body = as_coral_writes(asking("goodly"))
    both = f"{sign(SECRET, body)},{sign('new', body)}"

    assert send(body, signature=both).status_code == 204
    assert send(body, signature=sign("new", body)).status_code == 401
    give_secret(database, key, "new")
    assert send(body, signature=sign("new", body)).status_code == 204
    with database.write() as db:
        assert sites.drop_secret(db, SITE, key, SECRET) == 1
    assert send(body).status_code == 401
    assert send(body, signature=both).status_code == 204


@pytest.mark.parametrize("with_key", ["", "msk_wrong"])
def test_a_good_key_is_needed(send: Any, with_key: str) -> None:
    answered = send(asking(), with_key=with_key)

    assert answered.status_code == 401
    assert "key" in answered.get_json()["error"]


def test_a_key_without_a_secret_lets_nobody_in(client: FlaskClient, key: str) -> None:
    body = as_coral_writes(asking())

    for signature in ("", sign("", body)):
        answered = client.post(
            MODERATE, data=body, query_string={"key": key}, headers={HEADER: signature}
        )
        assert answered.status_code == 401


def test_an_approval_is_no_opinion(send: Any) -> None:
    answered = send(asking("goodly"))

    assert (answered.status_code, answered.data) == (204, b"")


def test_what_is_held_is_withheld_and_flagged(send: Any) -> None:
    assert send(asking("dubious")).get_json() == {
        "status": "SYSTEM_WITHHELD",
        "actions": [{"actionType": "FLAG", "reason": "COMMENT_DETECTED_TOXIC"}],
    }


def test_what_is_rejected_has_its_reason(send: Any) -> None:
    answered = send(asking("dreadful")).get_json()

    assert answered["status"] == answered["moderationAction"]["status"] == "REJECTED"
    why = answered["moderationAction"]["rejectionReason"]
    assert why["code"] == "ABUSIVE"
    assert "insult" in why["detailedExplanation"]


@pytest.mark.parametrize("action", [Action.HOLD, Action.REJECT])
@pytest.mark.parametrize("code", [*CODES, "shouting", "rule.failed", "classifier.unavailable"])
def test_no_word_of_an_answer_is_unknown_to_coral(action: Action, code: str) -> None:
    detail = {"count": 3, "allowed": 2, "rule": "x"}
    reasons = (Reason(Signal(code, detail=detail), action),)

    said = answer(Decision(action, reasons, "p"))

    assert said is not None
    assert said["status"] in STATUSES
    assert {each["reason"] for each in said["actions"]} <= FLAGS  # type: ignore[attr-defined]
    if action is Action.REJECT:
        why = said["moderationAction"]["rejectionReason"]  # type: ignore[index]
        assert why["code"] in REASONS
        assert ("customReason" in why) == (why["code"] == "OTHER")


def test_what_could_not_be_judged_is_withheld(make_app: Any, database: Database, key: str) -> None:
    give_secret(database, key)
    body = as_coral_writes(asking("goodly"))

    answered = (
        make_app(scorer=BrokenScorer())
        .test_client()
        .post(MODERATE, data=body, query_string={"key": key}, headers={HEADER: sign(SECRET, body)})
    )

    assert answered.get_json()["status"] == "SYSTEM_WITHHELD"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("plain & simple, 3 < 4", "plain & simple, 3 < 4"),
        ("<div>One.<br>Two <b>bold</b>.</div><div>Three</div>", "One.\nTwo bold.\nThree"),
        ("Tom &amp; Ada &lt;3", "Tom & Ada <3"),
        (
            '<p><a href="https://a.example" target="_blank" rel="nofollow">x</a></p>',
            "https://a.example x",
        ),
        ("you <utter fool>", "you <utter fool>"),
        ('<a href="" title="you fool">x</a>', "you fool x"),
        ("<p class='x'>One</p> <b title='you fool'>two</b>", "One\n  you fool two"),
        (
            '<a href="https://a.example" rel="nofollow noopener" title="a.example">https://a.example</a>',
            "a.example https://a.example",
        ),
        ('<a href="https://a.example">https://a.example</a>', "https://a.example"),
        ("<div></div>", "<div></div>"),
    ],
)
def test_of_html_nothing_is_left_out_but_marking(body: str, text: str) -> None:
    assert plain(body) == text


@given(st.text(st.characters(exclude_characters="<>&", exclude_categories=["Cs"]), min_size=1))
def test_a_text_without_mark_up_is_read_as_it_is(text: str) -> None:
    assert plain(text) == text


def test_a_comment_is_known_by_where_and_by_whom() -> None:
    first = read_comment(as_coral_writes(asking()))
    same = read_comment(as_coral_writes(asking(action="EDIT")))
    other = read_comment(as_coral_writes(asking(author={"id": "other"})))
    reply = read_comment(
        as_coral_writes(asking(comment={"body": "Here is a reply", "parentID": "p"}))
    )

    assert first.id == same.id
    assert len({first.id, other.id, reply.id}) == 3
    assert (first.article.id, first.article.url) == ("245b3856", "https://news.example/a")
    assert reply.parent is not None
    assert reply.parent.id == "p"


def test_what_is_asked_about_is_forgotten_unless_the_key_keeps_comments(
    send: Any, client: FlaskClient, headers: dict[str, str], keeping_key: str, database: Database
) -> None:
    give_secret(database, keeping_key)
    send(asking("dubious"))
    send(asking("dubious"), with_key=keeping_key)

    feed = client.get("/v1/decisions", headers=headers).get_json()["decisions"]
    assert [each["action"] for each in feed] == ["hold"]


def event(kind: str = "COMMENT_LEFT_MODERATION_QUEUE", **data: Any) -> dict[str, Any]:
    return {
        "id": "e-1",
        "type": kind,
        "data": {"queue": "REPORTED", "commentID": "9", "status": "REJECTED", **data},
        "createdAt": "2026-11-26T10:00:00.000Z",
        "tenantID": "19ba5794",
        "tenantDomain": "talk.example",
    }


def test_what_a_moderator_of_coral_decided_is_learned(send: Any, database: Database) -> None:
    assert send(event(), WEBHOOK).status_code == 204
    assert send(event(status="APPROVED") | {"id": "e-2"}, WEBHOOK).status_code == 204
    # The first is delivered once more.
    assert send(event(), WEBHOOK).status_code == 204
    assert send(event(status="NONE"), WEBHOOK).status_code == 204
    assert send(event("COMMENT_CREATED"), WEBHOOK).status_code == 204
    assert send(event(), WEBHOOK, signature="sha256=00").status_code == 401

    with database.read() as db:
        found = suggestions.of_comment(db, SITE, "9")
    assert [each.labels for each in found] == [{"rejected": 1.0}, {"rejected": 0.0}]
    assert {(each.protocol, each.body) for each in found} == {("coral", None)}
    assert [each.token for each in found] == ["e-1", "e-2"]


@pytest.mark.parametrize(
    "value",
    [
        b"{",
        b"[]",
        b'{"comment": {"body": "\\ud800"}}',
        {},
        asking(comment={"body": 3}),
        asking(comment={"body": "\0"}),
        asking("x" * (MAX_BODY_CHARS + 1)),
        asking(author=None),
        asking(story={"id": None}),
    ],
)
def test_a_body_that_cannot_be_judged_is_withheld_since_coral_publishes_after_an_error(
    send: Any, value: object
) -> None:
    answered = send(value)

    assert answered.status_code == 200
    assert answered.get_json() == {"status": "SYSTEM_WITHHELD", "actions": []}


def test_a_fault_of_ours_withholds_what_coral_signed_and_nothing_else(
    send: Any, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError

    modsvc = replace(app.extensions["modsvc"], score_comment=fail)
    monkeypatch.setitem(app.extensions, "modsvc", modsvc)

    assert send(asking()).get_json()["status"] == "SYSTEM_WITHHELD"
    assert send(asking(), signature=sign("another", b"{}")).status_code == 401


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (b"{", "not JSON"),
        ({}, "required"),
        ({"type": 3}, "type"),
        (event(commentID=3), "commentID"),
    ],
)
def test_an_event_that_is_none_is_refused(send: Any, value: object, said: str) -> None:
    answered = send(value, "/coral/webhook")

    assert answered.status_code == 400
    assert said in answered.get_json()["error"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=8,
    ),
    st.sampled_from(["comment", "author", "story", "tenantID", "type", "data", "id"]),
)
def test_no_value_of_any_field_is_a_500(send: Any, value: object, field: str) -> None:
    assert send({**asking(), field: value}).status_code in {200, 204, 400}
    assert send({**event(), field: value}, WEBHOOK).status_code in {204, 400}


def test_coral_is_answered_by_the_real_service(served: Served) -> None:
    body = as_coral_writes(asking("You worthless idiot 😀,\r\ngo to hell."))
    database = Database(served.database_url)
    give_secret(database, served.scores)
    database.close()

    answered = httpx.post(
        served.base + MODERATE,
        params={"key": served.scores},
        content=body,
        headers={
            HEADER: sign(SECRET, body),
            "Content-Type": "application/json",
            "User-Agent": "Coral Moderation/9.0",
        },
        timeout=20,
    )

    assert answered.status_code == 200
    assert answered.json()["status"] in {"REJECTED", "SYSTEM_WITHHELD"}
