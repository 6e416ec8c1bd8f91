"""Odd texts in every field of every protocol: never a 500, a redirect or a page, and no harm done."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Mapping
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from modsvc.classifier.scorer import LinearScorer
from modsvc.store.db import Database
from modsvc.store.tables import revisions
from tests.api.test_bad_input import BODIES
from tests.protocols.conftest import add_keys
from tests.protocols.odd_calls import (
    SENT,
    Caller,
    form_of,
    forms_of,
    harm,
    misplaced,
    quoted,
    requests_of,
    seen,
    written,
)
from tests.protocols.odd_places import (
    ADDRESSES,
    ANALYZE,
    BATCH,
    BATCHED,
    CHECK,
    CORAL,
    FORM,
    FORMS,
    HAM,
    MIXED,
    SITES,
    SPAM,
    WORDS,
    Address,
)
from tests.protocols.odd_texts import SHORT, TEXTS
from tests.protocols.test_coral import give_secret

# After these something usual is asked: what breaks a parser, a store or a cache might last.
FOLLOWED = {"a deep array", "NUL within", "a lone high surrogate", "alternating marks", "null"}
# Fields of which something is stored for good by a key that keeps comments, and those that are read.
STORED = (
    ("analyze", "comment.text"),
    ("analyze", "context.articleAndParentComment.article.text"),
    ("analyze", "context.articleAndParentComment.parentComment.text"),
    ("analyze", "communityId"),
    ("analyze", "sessionId"),
    ("suggest", "comment.text"),
    ("suggest", "context.entries.0.text:Coral_comment_id"),
    ("suggest", "languages.0"),
    ("suggest", "communityId"),
    ("suggest", "clientToken"),
    ("moderations", "input"),
    ("moderate", "comment.body"),
    ("moderate", "comment.parentID"),
    ("moderate", "author.id"),
    ("moderate", "story.id"),
    ("moderate", "story.url"),
    ("webhook", "id"),
    ("webhook", "data.commentID"),
    ("webhook", "tenantDomain"),
)
BODY = {"comment.text", "comment.body", "input"}
AS_IT_IS = {("analyze", "comment.text"), ("moderations", "input")}
# What a key keeps makes a difference at these addresses only.
JUDGED = {"analyze", "analyze with entries", "moderations", "moderations of parts", "moderate"}
JUDGED |= {"comment-check"}
keeping = pytest.mark.parametrize("caller", ["keeps"], indirect=True)
scoring = pytest.mark.parametrize("caller", ["scores"], indirect=True)
sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def cases_of(addresses: Mapping[str, Address]) -> list[tuple[str, str]]:
    """Give each address by both kinds of key, or by one where it makes no difference."""
    both = [("scores", name) for name in addresses if name in JUDGED]
    return [("keeps", name) for name in addresses] + both


@pytest.fixture(params=["scores", "keeps"])
def caller(request: pytest.FixtureRequest, client: FlaskClient, database: Database) -> Caller:
    """Calls as a site does, by a key that is only answered or by one that keeps comments."""
    key = dict(zip(("scores", "keeps"), add_keys(database), strict=True))[request.param]
    give_secret(database, key)
    return Caller(client, key)


@sqlite_only
@pytest.mark.parametrize(("caller", "name"), cases_of(ADDRESSES), indirect=["caller"])
def test_an_odd_value_of_any_field_of_json_does_no_harm(caller: Caller, name: str) -> None:
    address = ADDRESSES[name]
    usual = json.dumps(address.usual).encode()
    before = seen(caller.json(address.path, usual))
    harms: dict[tuple[str, str], str] = {}

    for field, odd, text, body in requests_of(address):
        answer = caller.json(address.path, body)
        sent = text if field == "comment.text" else "A goodly remark."
        if found := harm(address.path, answer, sent):
            harms[field, odd] = found
        if odd in FOLLOWED and seen(caller.json(address.path, usual)) != before:
            harms[field, odd] = "what came after it was answered otherwise"

    assert harms == {}
    assert before[0] in (200, 204)


@sqlite_only
@pytest.mark.parametrize(("caller", "name"), cases_of(FORMS), indirect=["caller"])
def test_an_odd_value_of_any_field_of_a_form_does_no_harm(caller: Caller, name: str) -> None:
    address = FORMS[name]
    usual = form_of(address.usual)
    before = seen(caller.form(address.path, usual))
    harms: dict[tuple[str, str], str] = {}

    for field, odd, body in forms_of(address):
        if found := harm(address.path, caller.form(address.path, body)):
            harms[field, odd] = found
        if odd in FOLLOWED and seen(caller.form(address.path, usual)) != before:
            harms[field, odd] = "what came after it was answered otherwise"

    assert harms == {}
    assert before[0] == 200


@keeping
def test_odd_texts_are_stored_as_they_are_by_both_databases(
    caller: Caller, database: Database
) -> None:
    harms: dict[tuple[str, str, str], str] = {}
    taken: set[str] = set()

    for odd, text in TEXTS.items():
        for name, field in STORED:
            address, sent = ADDRESSES[name], f"goodly {text}" if field in BODY else text
            body = written(address.usual, field, json.dumps(sent).encode())
            answer = caller.json(address.path, body)
            if found := harm(address.path, answer):
                harms[name, field, odd] = found
            if (name, field) in AS_IT_IS and answer.status_code == 200:
                taken.add(sent.replace("\0", ""))
        for path in (CHECK, SPAM):
            body = b"blog=%s&user_ip=1&comment_content=goodly+%s" % (quoted(text), quoted(text))
            if found := harm(path, caller.form(path, body)):
                harms[path, "comment_content", odd] = found

    assert harms == {}
    with database.read() as db:
        stored = set(db.execute(sa.select(revisions.c.body)).scalars())
    assert taken - stored == set()
    assert len(taken) > len(TEXTS) - 10  # Lone surrogates and what is too long are refused.


@sqlite_only
@scoring
def test_sites_of_odd_names_are_counted_and_safe_in_a_spreadsheet(caller: Caller) -> None:
    odd = [text for text in SHORT.values() if text.replace("\0", "").strip()]
    for text in [*odd, "x\r=1+1", "x\n=1+1"]:
        caller.form(CHECK, b"user_ip=1&comment_content=goodly&blog=" + quoted(text))

    answer = caller.form(SITES, b"format=csv")
    _, names, *rows = csv.reader(io.StringIO(answer.text, newline=""))

    assert answer.content_type == "text/csv; charset=utf-8"
    assert len(rows) > len(odd) - 5  # Some are alike without what no form can hold.
    assert [row for row in rows if len(row) != len(names)] == []
    assert [row[0] for row in rows if row[0][0] in "=+-@\t\r\n"] == []


@sqlite_only
def test_the_marks_in_odd_texts_lie_within_them_and_cut_no_character(
    make_app: Any, key: str
) -> None:
    client = make_app(scorer=LinearScorer.open_shipped()).test_client()
    n_marked = 0

    for name, text in SHORT.items():
        if "surrogate" in name:
            continue
        body = f"{text} 😀 you worthless idiot {text}"
        asked = {"comment": {"text": body}, "languages": ["en"], "spanAnnotations": True}
        asked["requestedAttributes"] = {"TOXICITY": {}, "INSULT": {}, "OBSCENE": {}}
        answer = client.post(ANALYZE, json=asked, query_string={"key": key})
        assert answer.status_code in (200, 400), name
        if answer.status_code == 200:
            told = answer.get_json()
            assert misplaced(told, body) is None, name
            n_marked += len(told["attributeScores"]["INSULT"]["spanScores"]) > 1

    assert n_marked > len(SHORT) / 2


# Coral would publish what it is told an error of.
UNREADABLE = {"moderate": 200}
WHOLE = {name: body for name, (body, _) in BODIES.items()} | {
    "a deep object in bad UTF-8": b'{"\xff":' * 500,
    "a mark of byte order and UTF-16": b"\xff\xfe{\x00}\x00",
    "spaces": b" " * 10_000,
    "NUL": b"\x00",
    "a page": b"<html><body>no</body></html>",
    "a form": b"input=x&comment=y",
}


@sqlite_only
@scoring
@pytest.mark.parametrize("name", ADDRESSES)
def test_a_body_that_is_no_request_is_an_error_of_the_protocol(caller: Caller, name: str) -> None:
    path = ADDRESSES[name].path
    usual = json.dumps(ADDRESSES[name].usual).encode()

    for what, body in WHOLE.items():
        is_long = what == "too much"
        answer = caller.json(path, body * 5 if is_long else body)
        assert answer.status_code == (413 if is_long else UNREADABLE.get(name, 400)), what
        assert harm(path, answer) is None, what
        assert caller.json(path, usual).status_code in (200, 204), what


@sqlite_only
@scoring
@pytest.mark.parametrize("name", ADDRESSES)
def test_what_a_body_is_called_matters_to_none(caller: Caller, name: str) -> None:
    usual = json.dumps(ADDRESSES[name].usual).encode()

    for kind in ("text/plain", FORM, "multipart/form-data; boundary=x", "", "\xe9"):
        answer = caller.json(ADDRESSES[name].path, usual, content_type=kind)
        assert answer.status_code in (200, 204), kind


@sqlite_only
@scoring
@pytest.mark.parametrize("name", ADDRESSES)
def test_a_compressed_body_is_refused_and_never_unpacked(caller: Caller, name: str) -> None:
    path, packed = ADDRESSES[name].path, gzip.compress(b" " * 10_000_000)

    for coding in ("gzip", "deflate", "br", "GZIP, gzip", "x"):
        answer = caller.json(path, packed, headers={"Content-Encoding": coding})
        assert answer.status_code == 415, coding
        assert harm(path, answer) is None, coding


CHUNKED = {
    "CONTENT_LENGTH": "",
    "HTTP_TRANSFER_ENCODING": "chunked",
    "wsgi.input_terminated": True,  # As granian says it.
}


@sqlite_only
@scoring
@pytest.mark.parametrize("name", ADDRESSES)
def test_a_body_of_untold_length_is_read_up_to_the_limit_and_refused(
    caller: Caller, name: str
) -> None:
    address = ADDRESSES[name]
    usual = json.dumps(address.usual).encode()

    long = caller.json(address.path, usual + b" " * (5 << 20), environ_overrides=CHUNKED)
    short = caller.json(address.path, usual, environ_overrides=CHUNKED)

    assert long.status_code == 413
    assert harm(address.path, long) is None
    assert short.status_code in (200, 204)


# What lies within the limit reads well; what lies beyond it does not.
START = b"blog=b&user_ip=1&comment_content=goodly"
LONG_FORMS = {
    "the text beyond": b"blog=b&user_ip=1&pad=" + b"x" * (1 << 20) + b"&comment_content=dreadful",
    "more text beyond": START + b"&pad=" + b"x" * (1 << 20) + b"&comment_content=dreadful",
}


@sqlite_only
@scoring
@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("path", [CHECK, SPAM, HAM])
def test_a_form_that_is_too_long_is_judged_by_none(
    caller: Caller, path: str, *, chunked: bool
) -> None:
    for what, body in LONG_FORMS.items():
        answer = caller.form(path, body, environ_overrides=CHUNKED if chunked else {})
        assert answer.text not in WORDS, what
        assert answer.status_code == 413, what
        assert answer.content_type.startswith("text/plain"), what


# No server lets these through in a header.
@sqlite_only
@scoring
def test_an_odd_signature_lets_nobody_in(client: FlaskClient, caller: Caller) -> None:
    body, query = json.dumps(ADDRESSES["moderate"].usual), {"key": caller.key}

    for name, text in SENT.items():
        sent = {"HTTP_X_CORAL_SIGNATURE": text}
        answer = client.post(CORAL, data=body, query_string=query, environ_overrides=sent)
        assert answer.status_code == 401, name


# A batch of one, and what usually stands in its places.
PART = """--x\r
Content-Type: application/http\r
Content-ID: <{content_id}>\r
{part_header}: y\r
\r
{method} {path}?key={query_key}&{query} HTTP/{version}\r
Content-Type: {content_type}\r
X-Goog-Api-Key: {header_key}\r
{header}: y\r
\r
{body}\r
--x--"""
PLACES = {
    "content_id": "a",
    "part_header": "X",
    "method": "POST",
    "path": ANALYZE,
    "query_key": "",
    "query": "alt=json",
    "version": "1.1",
    "content_type": "application/json",
    "header_key": "",
    "header": "X",
    "body": '{"comment": {"text": "goodly"}, "requestedAttributes": {"TOXICITY": {}}}',
}


@sqlite_only
@pytest.mark.parametrize("place", PLACES)
def test_an_odd_text_at_any_place_of_a_batch_does_no_harm(
    client: FlaskClient, key: str, place: str
) -> None:
    usual = {**PLACES, "query_key": "" if place == "header_key" else key}
    harms: dict[str, str] = {}

    for name, text in SHORT.items():
        body = PART.format(**{**usual, place: text}).encode("utf-8", "surrogatepass")
        answer = client.post(BATCH, data=body, content_type=MIXED)
        lines = answer.text.splitlines()
        statuses = [line[9:12] for line in lines if line.startswith("HTTP/1.1 ")]
        if answer.status_code != 200 or len(statuses) != 1 or statuses[0] >= "500":
            harms[name] = f"{answer.status_code}, {statuses}"
        if any(line.startswith(("X-Injected", "Set-Cookie")) for line in lines):
            harms[name] = "a header"

    assert harms == {}
    body = PART.format(**{**PLACES, "query_key": key}).encode()
    assert "HTTP/1.1 200 OK" in client.post(BATCH, data=body, content_type=MIXED).text


# RFC 2231 lets a value name its own coding, and Python knows some that are no coding of texts.
CODINGS = ("idna", "undefined", "utf-16", "punycode", "rot13", "none", "")
BOUNDARIES = [f"; boundary*={coding}''x" for coding in CODINGS]


@sqlite_only
def test_an_odd_boundary_is_refused(client: FlaskClient) -> None:
    quoted_ones = [f'; boundary="{text}"' for text in SENT.values()]
    harms: dict[str, int] = {}

    for told in [*BOUNDARIES, *quoted_ones, "; boundary", ";", ""]:
        sent = {"CONTENT_TYPE": f"multipart/mixed{told}"}
        answer = client.post(BATCH, data=PART.format(**PLACES), environ_overrides=sent)
        kind = answer.content_type.partition(";")[0]
        if (answer.status_code, kind) not in BATCHED:
            harms[told] = answer.status_code

    assert harms == {}


@sqlite_only
def test_an_odd_host_is_described_or_refused(client: FlaskClient) -> None:
    for name, host in SENT.items():
        answer = client.get("/$discovery/rest", environ_overrides={"HTTP_HOST": host})
        assert answer.status_code in (200, 400), name
        assert answer.content_type == "application/json", name
