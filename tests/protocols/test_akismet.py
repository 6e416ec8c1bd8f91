"""Akismet's protocol, form by form."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from modsvc.core.comment import MAX_BODY_CHARS
from modsvc.errors import StoreError
from modsvc.protocols.akismet.asked import SPAM_AUTHOR, SPAM_EMAIL, Form
from modsvc.store import sites, suggestions
from modsvc.store.db import Database
from tests.conftest import SITE
from tests.fakes import BrokenScorer, Clock

CHECK, SPAM, HAM = "/1.1/comment-check", "/1.1/submit-spam", "/1.1/submit-ham"
BLOG = "https://news.example/"


def form(content: str = "goodly", **more: str) -> dict[str, str]:
    return {
        "blog": BLOG,
        "user_ip": "192.0.2.1",
        "permalink": BLOG + "a-7",
        "comment_type": "comment",
        "comment_author": "Ada",
        "comment_author_email": "ada@example.org",
        "comment_content": content,
        **more,
    }


@pytest.fixture
def post(client: FlaskClient, key: str) -> Any:
    def post(fields: dict[str, str], path: str = CHECK, *, with_key: str = key) -> TestResponse:
        return client.post(path, data={"api_key": with_key, **fields})

    return post


def said(answer: TestResponse) -> tuple[int, str]:
    assert answer.content_type == "text/plain; charset=utf-8"
    return answer.status_code, answer.text


@pytest.mark.parametrize(
    ("content", "word"), [("goodly", "false"), ("dubious", "false"), ("dreadful", "true")]
)
def test_a_check_is_answered_with_a_word(post: Any, content: str, word: str) -> None:
    answer = post(form(content))

    assert said(answer) == (200, word)
    assert answer.headers["X-akismet-guid"].startswith("akismet-")


@pytest.mark.parametrize(
    ("holds_as", "word", "error"),
    [("error-header", "false", "1"), ("ham", "false", None), ("spam", "true", None)],
)
def test_what_is_held_is_answered_as_the_key_wants_it(
    post: Any, key_with: Any, holds_as: str, word: str, error: str | None
) -> None:
    answer = post(form("dubious"), with_key=key_with(akismet_hold=holds_as))

    assert answer.text == word
    assert answer.headers.get("X-akismet-error") == error
    assert ("X-akismet-alert-code" in answer.headers) == (error is not None)
    assert error is None or answer.headers["X-akismet-alert-msg"].startswith("Reads as")


@pytest.mark.parametrize(
    ("holds_as", "word", "error"),
    [("error-header", "unjudged", "1"), ("ham", "unjudged", "1"), ("spam", "true", None)],
)
def test_what_could_not_be_judged_is_printed_by_no_client_whatever_the_key_wants(
    make_app: Any, key_with: Any, holds_as: str, word: str, error: str | None
) -> None:
    client = make_app(scorer=BrokenScorer()).test_client()

    answer = client.post(CHECK, data=form(api_key=key_with(akismet_hold=holds_as)))

    assert answer.text == word
    assert answer.headers.get("X-akismet-error") == error


def test_counting_keeps_nobody_waiting_and_what_cannot_be_kept_is_kept_later(
    app: Any, post: Any, database: Database, client: FlaskClient, key: str
) -> None:
    count_checks = app.extensions["modsvc"].count_checks
    with database.write() as db:
        db.exec_driver_sql("ALTER TABLE akismet_counts RENAME TO away")
    post(form("goodly"))
    with pytest.raises(StoreError):
        count_checks.keep()
    with database.write() as db:
        db.exec_driver_sql("ALTER TABLE away RENAME TO akismet_counts")
    post(form("goodly"))

    usage = client.get("/1.2/usage-limit", query_string={"api_key": key}).get_json()

    assert usage["usage"] == 2


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"comment_author": SPAM_AUTHOR}, "true"),
        ({"comment_author_email": SPAM_EMAIL}, "true"),
        ({"honeypot_field_name": "phone2", "phone2": "1"}, "true"),
        ({"honeypot_field_name": "phone2", "phone2": ""}, "false"),
        ({"user_role": "administrator", "comment_content": "dreadful"}, "false"),
    ],
)
def test_the_hooks_that_callers_rely_on(post: Any, fields: dict[str, str], word: str) -> None:
    answer = post(form(**fields))

    assert said(answer) == (200, word)
    assert "X-akismet-error" not in answer.headers


@pytest.mark.parametrize("content", ["", " \0 ", "x" * (MAX_BODY_CHARS + 1)])
def test_a_text_that_cannot_be_judged_is_for_a_person(post: Any, content: str) -> None:
    answer = post(form(content))

    assert answer.text == "unjudged"
    assert answer.headers["X-akismet-error"] == "1"


@pytest.mark.parametrize("missing", ["blog", "user_ip"])
@pytest.mark.parametrize("path", [CHECK, SPAM, HAM])
def test_a_field_that_is_missing_is_named_by_no_word_clients_know(
    post: Any, path: str, missing: str
) -> None:
    answer = post(form(**{missing: ""}), path)

    assert said(answer) == (200, f"Missing required field: {missing}.")
    assert missing in answer.headers["X-akismet-debug-help"]


@pytest.mark.parametrize("path", ["/1.1/verify-key", CHECK, SPAM, HAM, "/1.2/usage-limit"])
@pytest.mark.parametrize("wrong", ["", "msk_wrong", "x" * 5_000, "scope"])
def test_a_bad_key_is_invalid(
    client: FlaskClient, database: Database, path: str, wrong: str
) -> None:
    if wrong == "scope":
        with database.write() as db:
            wrong = sites.add_key(db, SITE, "narrow", frozenset(["comments:write"]), Clock().now)

    answer = client.post(path, data=form(api_key=wrong, key=wrong))

    assert said(answer) == (200, "invalid")
    assert answer.headers["X-akismet-debug-help"]


def test_a_good_key_is_valid(client: FlaskClient, key: str) -> None:
    answer = client.post("/1.1/verify-key", data={"key": key, "blog": BLOG})

    assert said(answer) == (200, "valid")


def test_the_key_may_be_the_first_part_of_the_host(client: FlaskClient, database: Database) -> None:
    with database.write() as db:
        scopes = frozenset(["protocols:call"])
        key = sites.add_key(db, SITE, "host", scopes, Clock().now, for_host_name=True)

    def ask(host: str) -> str:
        return client.post(CHECK, data=form("dreadful"), headers={"Host": host}).text

    assert key == key.lower()
    assert len(key) <= 63
    assert ask(f"{key}.rest.akismet.com") == "true"
    assert ask(f"{key}.rest.akismet.com:8080") == "true"
    assert {ask("rest.akismet.com"), ask("127.0.0.1:80"), ask("localhost")} == {"invalid"}


def decisions(client: FlaskClient, headers: dict[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/v1/decisions", headers=headers).get_json()[
        "decisions"
    ]
    return found


def test_what_is_checked_is_forgotten_unless_the_key_keeps_comments(
    post: Any, client: FlaskClient, headers: dict[str, str], keeping_key: str
) -> None:
    post(form("It was dubious."))
    post(form("It was dubious.", is_test="1"), with_key=keeping_key)
    assert decisions(client, headers) == []

    post(form("It was dubious."), with_key=keeping_key)
    post(form("It was dubious.", recheck_reason="edit"), with_key=keeping_key)
    post(form("It was dubious.", comment_author="Bea"), with_key=keeping_key)

    assert [each["action"] for each in decisions(client, headers)] == ["hold", "hold"]


def test_a_kept_comment_stands_where_the_form_says_and_holds_no_address() -> None:
    told = form("x", comment_parent="12", blog_lang="en", comment_date_gmt="2026-11-26T10:00:00Z")
    comment = Form(told).comment(lambda address: f"<{address[:3]}…>")

    assert comment is not None
    assert comment.article.id == comment.article.url == BLOG + "a-7"
    assert comment.author.name == "Ada"
    assert comment.parent is not None
    assert (comment.parent.id, comment.language) == ("12", "en")
    assert comment.created_at == datetime(2026, 11, 26, 10, tzinfo=UTC)
    assert "ada@example.org" not in repr(comment)
    assert "192.0.2.1" not in repr(comment)
    without_email = Form(told | {"comment_author_email": ""}).comment(lambda _: "pseudonym")
    assert without_email is not None
    assert without_email.author.id == "pseudonym"


def test_mark_up_that_tears_words_is_left_out(post: Any) -> None:
    assert post(form("It was d<b>readful</b>, d<em>re</em>adful.")).text == "true"


def test_backslashes_before_quotation_marks_make_no_other_comment() -> None:
    asked, corrected = (form(text, comment_author="A") for text in (r"it\'s \"so\"", 'it\'s "so"'))

    assert Form(asked).id == Form(corrected).id


def test_a_correction_is_kept_for_its_comment(
    post: Any, database: Database, keeping_key: str, client: FlaskClient, headers: dict[str, str]
) -> None:
    post(form("It was dubious."), with_key=keeping_key)
    (kept,) = decisions(client, headers)

    spam, ham = (post(form("It was dubious."), path) for path in (SPAM, HAM))
    post(form("It was dubious.", is_test="true"), SPAM)

    assert said(spam) == said(ham) == (200, "Thanks for making the web a better place.")
    with database.read() as db:
        found = suggestions.of_comment(db, SITE, kept["id"])
    assert [(each.protocol, each.labels) for each in found] == [
        ("akismet", {"spam": 1.0}),
        ("akismet", {"spam": 0.0}),
    ]


def test_what_was_asked_is_counted(client: FlaskClient, post: Any, key: str) -> None:
    for content in ("goodly", "dreadful", "dreadful"):
        post(form(content))
    post(form("dreadful", is_test="1"))
    post(form("goodly", blog="https://b.example"))
    post(form("goodly"), SPAM)
    post(form("dreadful"), HAM)

    usage = client.get("/1.2/usage-limit", query_string={"api_key": key}).get_json()
    found = client.post("/1.2/key-sites", data={"api_key": key, "order": "spam"}).get_json()

    assert usage == {"limit": "none", "usage": 4, "percentage": "0.00", "throttled": False}
    assert found == {
        "2026-11": [
            {
                "site": BLOG,
                "api_calls": "3",
                "spam": "2",
                "ham": "1",
                "missed_spam": "1",
                "false_positives": "1",
                "is_revoked": False,
            },
            {
                "site": "https://b.example",
                "api_calls": "1",
                "spam": "0",
                "ham": "1",
                "missed_spam": "0",
                "false_positives": "0",
                "is_revoked": False,
            },
        ],
        "limit": 500,
        "offset": 0,
        "total": 2,
    }


def test_the_counts_can_be_filtered_paged_and_had_as_csv(
    client: FlaskClient, post: Any, key: str
) -> None:
    for blog in ("https://a.example", "https://b.example", "=cmd()"):
        post(form(blog=blog))

    def ask(**more: str) -> TestResponse:
        return client.get("/1.2/key-sites", query_string={"api_key": key, **more})

    assert ask(filter="b.ex").get_json()["total"] == 1
    assert ask(filter="%").get_json()["total"] == 0
    assert [s["site"] for s in ask(limit="1", offset="1").get_json()["2026-11"]] == [
        "https://a.example"
    ]
    assert ask(month="2025-01").get_json() == {"2025-01": [], "limit": 500, "offset": 0, "total": 0}
    assert ask(month="soon").text == "invalid"
    lines = ask(format="csv").text.splitlines()
    assert key[10:] not in lines[0]
    assert lines[2:] == [
        f'"{blog}","1","0","1","0","0","false"'
        for blog in ("'=cmd()", "https://a.example", "https://b.example")
    ]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"comment_content=" + b"x" * (2 << 20), {}, 413),
        (b"&".join(b"f%d=1" % i for i in range(2_000)), {}, 200),
        (gzip.compress(b"blog=x", mtime=0), {"Content-Encoding": "gzip"}, 415),
        (b"\xff\xfe=%ff&blog=%00", {}, 200),
        (b"", {}, 200),
    ],
)
def test_a_form_that_is_none_is_neither_true_nor_false(
    client: FlaskClient, body: bytes, headers: dict[str, str], status: int
) -> None:
    kind = "application/x-www-form-urlencoded"

    answer = client.post(CHECK, data=body, content_type=kind, headers=headers)

    assert answer.status_code == status
    assert answer.text not in {"true", "false"}
    assert answer.content_type.startswith("text/plain")


@given(
    st.sampled_from([*form(), "blog_lang", "comment_date_gmt", "comment_parent", "user_role"]),
    st.text(),
)
def test_no_value_of_any_field_is_a_500(post: Any, name: str, value: str) -> None:
    for path in (CHECK, HAM):
        assert post(form(**{name: value}), path).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", CHECK, 405), ("POST", "/1.1/comment-weigh", 404), ("GET", "/1.2/", 404)],
)
def test_other_addresses_are_answered_as_text(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    answer = client.open(path, method=method, headers={"Accept": "text/html"})

    assert said(answer)[0] == status
