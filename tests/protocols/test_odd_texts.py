"""Odd texts in every field of every protocol: never a 500, a redirect or a page, and no harm done."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from modsvc.classifier.scorer import LinearScorer
from modsvc.protocols.coral.signing import HEADER, sign
from modsvc.protocols.utf16 import units
from modsvc.store.db import Database
from modsvc.store.tables import revisions
from tests.api.test_bad_input import BODIES
from tests.protocols.conftest import add_keys
from tests.protocols.odd_texts import SHORT, TEXTS, VALUES
from tests.protocols.test_coral import SECRET, give_secret

FORM, MIXED = "application/x-www-form-urlencoded", "multipart/mixed; boundary=x"
MARK = "odd-8d1c"  # Stands in a request where the odd thing goes.
ANALYZE, SUGGEST, BATCH = "/v1alpha1/comments:analyze", "/v1alpha1/comments:suggestscore", "/batch"
MODERATIONS, CORAL, WEBHOOK = "/v1/moderations", "/coral/moderate", "/coral/webhook"
CHECK, SPAM, HAM = "/1.1/comment-check", "/1.1/submit-spam", "/1.1/submit-ham"
VERIFY, USAGE, SITES = "/1.1/verify-key", "/1.2/usage-limit", "/1.2/key-sites"


@dataclass(frozen=True)
class Address:
    """What is usually sent to an address, and every field of it that is text.

    A field is its path in the JSON, `*` for the name of a member, and what follows `:` is a path in
    JSON within a text; of a form it is a name.
    """

    path: str
    usual: Mapping[str, Any]
    fields: tuple[str, ...]


ADDRESSES = {
    "analyze": Address(
        ANALYZE,
        {
            "comment": {"text": "A goodly remark.", "type": "PLAIN_TEXT"},
            "context": {"articleAndParentComment": {"article": {"text": "a"}}},
            "requestedAttributes": {"TOXICITY": {}},
            "languages": ["en"],
            "spanAnnotations": True,
        },
        (
            "comment.text",
            "comment.type",
            "context.articleAndParentComment.article.text",
            "context.articleAndParentComment.article.type",
            "context.articleAndParentComment.parentComment.text",
            "context.articleAndParentComment.parentComment.type",
            "requestedAttributes.*",
            "requestedAttributes.TOXICITY.scoreType",
            "requestedAttributes.TOXICITY.scoreThreshold",
            "languages.0",
            "spanAnnotations",
            "doNotStore",
            "clientToken",
            "sessionId",
            "communityId",
            "*",
        ),
    ),
    "analyze with entries": Address(
        ANALYZE,
        {
            "comment": {"text": "A goodly remark."},
            "context": {"entries": [{"text": "a"}]},
            "requestedAttributes": {"TOXICITY": {}},
        },
        ("context.entries.0.text", "context.entries.0.type", "context.entries.0.*"),
    ),
    "suggest": Address(
        SUGGEST,
        {
            "comment": {"text": "A goodly remark."},
            "context": {"entries": [{"text": "{}"}]},
            "attributeScores": {"TOXICITY": {"summaryScore": {"value": 1}}},
        },
        (
            "comment.text",
            "comment.type",
            "context.entries.0.text",
            "context.entries.0.text:Coral_comment_id",
            "context.entries.0.text:url",
            "context.entries.0.type",
            "attributeScores.*",
            "attributeScores.TOXICITY.summaryScore.value",
            "attributeScores.TOXICITY.summaryScore.type",
            "languages.0",
            "clientToken",
            "sessionId",
            "communityId",
            "*",
        ),
    ),
    "moderations": Address(
        MODERATIONS, {"input": "A goodly remark."}, ("input", "input.0", "model", "*")
    ),
    "moderations of parts": Address(
        MODERATIONS,
        {"input": [{"type": "text", "text": "A goodly remark."}]},
        ("input.0.text", "input.0.type", "input.0.image_url", "input.0.image_url.url", "input.0.*"),
    ),
    "moderate": Address(
        CORAL,
        {
            "action": "NEW",
            "comment": {"body": "A goodly remark.", "parentID": None},
            "author": {"id": "baf4e943", "role": "COMMENTER"},
            "story": {"id": "245b3856", "url": "https://news.example/a"},
            "site": {"id": "a4bede88"},
            "tenantID": "19ba5794",
            "tenantDomain": "talk.example",
        },
        (
            "action",
            "comment.body",
            "comment.parentID",
            "author.id",
            "author.role",
            "story.id",
            "story.url",
            "site.id",
            "tenantID",
            "tenantDomain",
            "*",
        ),
    ),
    "webhook": Address(
        WEBHOOK,
        {
            "id": "e-1",
            "type": "COMMENT_LEFT_MODERATION_QUEUE",
            "data": {"queue": "REPORTED", "commentID": "9", "status": "REJECTED"},
            "createdAt": "2026-11-26T10:00:00.000Z",
            "tenantID": "19ba5794",
            "tenantDomain": "talk.example",
        },
        (
            "id",
            "type",
            "data.queue",
            "data.commentID",
            "data.status",
            "data.storyID",
            "data.siteID",
            "data.*",
            "createdAt",
            "tenantID",
            "tenantDomain",
            "*",
        ),
    ),
}
COMMENT = {"blog": "https://news.example/", "user_ip": "192.0.2.1", "comment_content": "goodly"}
OF_A_COMMENT = (
    "blog",
    "blog_charset",
    "blog_lang",
    "comment_author",
    "comment_author_email",
    "comment_author_url",
    "comment_content",
    "comment_context",
    "comment_date_gmt",
    "comment_parent",
    "comment_post_modified_gmt",
    "comment_type",
    "honeypot_field_name",
    "is_test",
    "permalink",
    "recheck_reason",
    "referrer",
    "user_agent",
    "user_ip",
    "user_role",
    "*",
)
FORMS = {
    "comment-check": Address(CHECK, COMMENT, OF_A_COMMENT),
    "submit-spam": Address(SPAM, COMMENT, OF_A_COMMENT),
    # Its other fields are read by the very lines that read those above.
    "submit-ham": Address(HAM, COMMENT, ("blog", "comment_content", "*")),
    "verify-key": Address(VERIFY, {"blog": "https://news.example/"}, ("blog", "*")),
    "usage-limit": Address(USAGE, {}, ("*",)),
    "key-sites": Address(SITES, {}, ("month", "filter", "format", "order", "limit", "offset", "*")),
}
JSON_SHAPE = {"application/json"}
# What answers may be, and the headers that they may have beside those of every answer.
KINDS = {
    ANALYZE: JSON_SHAPE,
    SUGGEST: JSON_SHAPE,
    MODERATIONS: JSON_SHAPE,
    CORAL: JSON_SHAPE,
    WEBHOOK: JSON_SHAPE,
    CHECK: {"text/plain"},
    SPAM: {"text/plain"},
    HAM: {"text/plain"},
    VERIFY: {"text/plain"},
    USAGE: {"text/plain", "application/json"},
    SITES: {"text/plain", "application/json", "text/csv"},
}
OURS = {
    "Content-Type",
    "Content-Length",
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Cache-Control",
    "Retry-After",
}
AKISMETS = {f"X-akismet-{name}" for name in ("guid", "pro-tip", "error", "debug-help")} | {
    "X-akismet-alert-code",
    "X-akismet-alert-msg",
}
WORDS = {"true", "false", "valid"}
BATCHED = {(200, "multipart/mixed"), (400, "application/json")}
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


class Caller:
    """Sends anything to any address with a key, as that protocol's clients do."""

    def __init__(self, client: FlaskClient, key: str) -> None:
        self.client, self.key = client, key

    def json(self, path: str, body: bytes, **more: Any) -> TestResponse:
        headers = dict(more.pop("headers", {}))
        query = {"key": self.key}
        if path == MODERATIONS:
            query, headers["Authorization"] = {}, f"Bearer {self.key}"
        elif path in (CORAL, WEBHOOK):
            headers[HEADER] = sign(SECRET, body)
        return self.client.post(path, data=body, query_string=query, headers=headers, **more)

    def form(self, path: str, body: bytes, **more: Any) -> TestResponse:
        key = "key" if path == VERIFY else "api_key"
        sent = f"{key}={self.key}&".encode() + body
        return self.client.post(path, data=sent, content_type=FORM, **more)


@pytest.fixture(params=["scores", "keeps"])
def caller(request: pytest.FixtureRequest, client: FlaskClient, database: Database) -> Caller:
    """Calls as a site does, by a key that is only answered or by one that keeps comments."""
    key = dict(zip(("scores", "keeps"), add_keys(database), strict=True))[request.param]
    give_secret(database, key)
    return Caller(client, key)


def written(usual: Mapping[str, Any], field: str, odd: bytes) -> bytes:
    """Write a request as JSON with the odd thing in one of its fields."""
    path, _, inner = field.partition(":")
    if inner:
        within = json.dumps({inner: MARK}).encode().replace(f'"{MARK}"'.encode(), odd)
        odd = json.dumps(within.decode("utf-8", "replace")).encode()
    sent = json.dumps(put(usual, path.split("."))).encode()
    return sent.replace(f'"{MARK}"'.encode(), odd)


def put(tree: Any, steps: list[str]) -> Any:
    """Give a copy of a tree with the mark at a path, whatever stood there."""
    if not steps:
        return MARK
    step, *rest = steps
    if step == "0":
        return [put(tree[0] if isinstance(tree, list) and tree else None, rest)]
    members = dict(tree) if isinstance(tree, Mapping) else {}
    if step == "*":
        return {**members, MARK: next(iter(members.values()), "x")}
    return {**members, step: put(members.get(step), rest)}


def requests_of(address: Address) -> Iterator[tuple[str, str, str | None, bytes]]:
    """Yield every odd request to an address: its field, what is odd, the text if it is one."""
    for field in address.fields:
        for name, text in TEXTS.items():
            yield field, name, text, written(address.usual, field, json.dumps(text).encode())
        if not field.endswith("*"):
            for name, value in VALUES.items():
                yield field, name, None, written(address.usual, field, value)


def forms_of(address: Address) -> Iterator[tuple[str, str, bytes]]:
    """Yield every odd form for an address."""
    odd = {name: quoted(text) for name, text in TEXTS.items()}
    odd |= {"bad UTF-8": b"%ff%fe%c3%28", "bare bytes": b"\xff\x80", "half an escape": b"%e2%8"}
    for field in address.fields:
        for name, value in odd.items():
            others = {n: v for n, v in address.usual.items() if n != field}
            pair = value + b"=x" if field == "*" else f"{field}=".encode() + value
            yield field, name, form_of(others) + b"&" + pair


def form_of(fields: Mapping[str, str]) -> bytes:
    return b"&".join(f"{name}={quote_plus(value)}".encode() for name, value in fields.items())


def quoted(text: str) -> bytes:
    return quote_plus(text.encode("utf-8", "surrogatepass")).encode()


def harm(path: str, answer: TestResponse, text: str | None = None) -> str | None:
    """Say what an answer does that none may do; None when it is as it should be."""
    if answer.status_code >= 500 or 300 <= answer.status_code < 400:
        return f"status {answer.status_code}"
    extra = set(answer.headers.keys()) - OURS - (AKISMETS if path.startswith("/1.") else set())
    if extra:
        return f"headers {extra}"
    if not all(value.isascii() and value.isprintable() for value in answer.headers.values()):
        return f"a header of {dict(answer.headers)}"
    if answer.status_code == 204:
        return f"a body, {answer.text!r}" if answer.data else None
    kind = answer.content_type.partition(";")[0]
    if kind not in KINDS[path]:
        return f"content type {answer.content_type}"
    if path.startswith("/1."):
        return answer.text if answer.status_code != 200 and answer.text in WORDS else None
    told = answer.get_json()
    if answer.status_code != 200:
        return None if is_an_error(path, answer.status_code, told) else f"error {told}"
    return None if path != ANALYZE or text is None else misplaced(told, text)


def is_an_error(path: str, status: int, told: Any) -> bool:
    """Tell whether an error is in the shape of its protocol."""
    error = told.get("error")
    if path in (CORAL, WEBHOOK):
        return isinstance(error, str) and bool(error)
    if not isinstance(error, dict) or not error.get("message"):
        return False
    if path == MODERATIONS:
        return set(error) == {"message", "type", "param", "code"}
    return bool(error["code"] == status and error["status"].isupper())


def misplaced(told: Any, text: str) -> str | None:
    """Say which span does not lie in a text, or cuts a character of it in two."""
    sent = text.replace("\0", "")  # NUL is left out; docs/perspective.md says so.
    code_units = sent.encode("utf-16-le")
    for name, found in told["attributeScores"].items():
        spans = [(span["begin"], span["end"]) for span in found["spanScores"]]
        if spans[0] != (0, units(sent)):
            return f"{name} begins with {spans[0]}"
        for begin, end in spans:
            if not 0 <= begin < end <= units(sent):
                return f"{name} has {begin}:{end}"
            code_units[2 * begin : 2 * end].decode("utf-16-le")
    return None


def seen(answer: TestResponse) -> tuple[int, str, object]:
    """What a client sees of an answer, without the id that each has of its own."""
    told = answer.get_json(silent=True)
    if isinstance(told, dict):
        told.pop("id", None)
    return answer.status_code, answer.headers.get("Content-Type", ""), told or answer.data


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
SENT = {
    name: text.encode("utf-8", "surrogatepass").decode("latin-1")
    for name, text in SHORT.items()
    if text and not set(text) & set("\0\r\n")
}


@sqlite_only
@pytest.mark.parametrize("path", [ANALYZE, SUGGEST, CORAL, WEBHOOK])
def test_an_odd_key_in_an_address_is_a_bad_key(client: FlaskClient, path: str) -> None:
    for name, text in SHORT.items():
        answer = client.post(path, data=b"{}", query_string="key=" + quoted(text).decode())
        assert answer.status_code in (400, 401, 403), name
        assert harm(path, answer) is None, name


@sqlite_only
@pytest.mark.parametrize(
    ("path", "header", "told"),
    [
        (ANALYZE, "HTTP_X_GOOG_API_KEY", "{}"),
        (MODERATIONS, "HTTP_AUTHORIZATION", "{}"),
        (MODERATIONS, "HTTP_AUTHORIZATION", "Bearer {}"),
    ],
)
def test_an_odd_key_in_a_header_is_a_bad_key(
    client: FlaskClient, path: str, header: str, told: str
) -> None:
    for name, text in SENT.items():
        sent = {header: told.replace("{}", text)}
        answer = client.post(path, data=b"{}", environ_overrides=sent)
        del answer.headers["WWW-Authenticate"]
        assert answer.status_code in (400, 401, 403), name
        assert harm(path, answer) is None, name


@sqlite_only
@pytest.mark.parametrize("path", [CHECK, SPAM, VERIFY, USAGE, SITES])
def test_an_odd_key_in_a_form_or_a_host_name_is_a_bad_key(client: FlaskClient, path: str) -> None:
    usual = form_of(COMMENT)
    for name, text in SHORT.items():
        key = quoted(text)
        host = {"HTTP_HOST": f"{SENT.get(name, 'x')}.rest.akismet.com"}
        for answer in (
            client.post(path, data=b"%s&key=%s&api_key=%s" % (usual, key, key), content_type=FORM),
            client.post(path, data=usual, content_type=FORM, environ_overrides=host),
        ):
            assert answer.text == "invalid" or answer.status_code == 400, name
            assert harm(path, answer) is None, name


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
