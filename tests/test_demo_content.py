"""The demo's article and comments: what is written there must be postable as it stands."""

import json
import re
import tomllib
import unicodedata
from datetime import datetime
from importlib.resources import files
from typing import Any

import pytest

EXPECTATIONS = {"approve", "hold", "reject", "hold-or-reject", "any"}
REQUIRED = {"id", "body", "author", "language", "created_at", "expect"}
OPTIONAL = {"parent"}
MAX_BODY_CHARS = 20_480
LINK = re.compile(r"https?://([^/\s]+)")

# Evasion that the demo shows on purpose; anywhere else such a character is a slip.
DELIBERATELY_INVISIBLE = {
    "demo-31": {"\u200b"},
    "demo-44": {"\u202c", "\u202e"},
}


def demo_text(name: str) -> str:
    return files("modsvc.demo").joinpath(name).read_text(encoding="utf-8")


def invisible(text: str) -> set[str]:
    """Control, format, surrogate and private characters; a line feed is none of them here."""
    return {c for c in text if unicodedata.category(c)[0] == "C" and c != "\n"}


@pytest.fixture(scope="module")
def article() -> dict[str, Any]:
    return tomllib.loads(demo_text("article.toml"))


@pytest.fixture(scope="module")
def comments() -> list[dict[str, Any]]:
    # Not splitlines(): it would also break at separators inside a comment.
    return [json.loads(line) for line in demo_text("comments.jsonl").rstrip("\n").split("\n")]


def test_the_article_has_every_fact_and_a_body_of_several_paragraphs(
    article: dict[str, Any],
) -> None:
    paragraphs = [p for p in article["body"].split("\n\n") if p.strip()]

    assert set(article) == {"id", "title", "url", "section", "language", "published_at", "body"}
    assert all(isinstance(value, str) and value.strip() for value in article.values())
    assert article["id"] == "a-aman-resignation"
    assert article["url"].startswith("https://gazette.example/")
    assert 5 <= len(paragraphs) <= 8
    assert not invisible(article["body"])


def test_an_article_paragraph_is_one_line(article: dict[str, Any]) -> None:
    paragraphs = article["body"].strip().split("\n\n")

    assert [p for p in paragraphs if "\n" in p or "  " in p] == []


def test_every_comment_has_the_fields_of_a_request_and_an_expectation(
    comments: list[dict[str, Any]],
) -> None:
    for comment in comments:
        assert set(comment) - OPTIONAL == REQUIRED, comment["id"]
        assert set(comment["author"]) == {"id", "name", "joined_at"}, comment["id"]
        assert comment["author"]["id"].startswith("reader-"), comment["id"]
        assert comment["expect"] in EXPECTATIONS, comment["id"]
        assert comment["body"].strip(), comment["id"]
        assert len(comment["body"]) <= MAX_BODY_CHARS, comment["id"]


def test_there_are_at_least_forty_comments_and_no_id_or_body_twice(
    comments: list[dict[str, Any]],
) -> None:
    assert len(comments) >= 40
    assert len({c["id"] for c in comments}) == len(comments)
    assert len({c["body"] for c in comments}) == len(comments)


def test_the_four_languages_and_every_expectation_are_present(
    comments: list[dict[str, Any]],
) -> None:
    assert {c["language"] for c in comments} == {"en", "he", "ar", "de"}
    assert {c["expect"] for c in comments} == EXPECTATIONS


def test_there_are_many_fair_and_many_unacceptable_comments(comments: list[dict[str, Any]]) -> None:
    # A demo of only fair, or only abusive, comments would show half of what the service does.
    fair = sum(c["expect"] == "approve" for c in comments)
    abusive = sum(c["expect"] in {"hold", "reject", "hold-or-reject"} for c in comments)

    assert fair >= 15
    assert abusive >= 15


def test_invisible_characters_stand_only_where_they_are_meant_to(
    comments: list[dict[str, Any]],
) -> None:
    found = {c["id"]: invisible(c["body"]) for c in comments if invisible(c["body"])}

    assert found == DELIBERATELY_INVISIBLE


def test_invisible_characters_are_written_as_escapes(comments: list[dict[str, Any]]) -> None:
    # A reviewer must see them, and no editor may strip them or turn the line around.
    assert not invisible(demo_text("comments.jsonl"))
    assert not invisible(demo_text("article.toml"))


def test_a_parent_is_an_earlier_comment_with_the_very_same_body(
    comments: list[dict[str, Any]],
) -> None:
    earlier: dict[str, str] = {}
    for comment in comments:
        if parent := comment.get("parent"):
            assert set(parent) == {"id", "body"}, comment["id"]
            assert earlier.get(parent["id"]) == parent["body"], comment["id"]
        earlier[comment["id"]] = comment["body"]


def test_an_author_is_the_same_in_every_comment(comments: list[dict[str, Any]]) -> None:
    authors = {json.dumps(c["author"], sort_keys=True) for c in comments}

    assert len(authors) == len({c["author"]["id"] for c in comments})
    assert len(authors) == len({c["author"]["name"] for c in comments})


def test_comments_come_in_order_after_the_article_and_after_their_authors_joined(
    article: dict[str, Any], comments: list[dict[str, Any]]
) -> None:
    published = datetime.fromisoformat(article["published_at"])
    times = [datetime.fromisoformat(c["created_at"]) for c in comments]
    joined = [datetime.fromisoformat(c["author"]["joined_at"]) for c in comments]

    assert all(t.utcoffset() is not None for t in [published, *times, *joined])
    assert times == sorted(times)
    assert published < times[0]
    assert all(before < after for before, after in zip(joined, times, strict=True))


def test_links_lead_only_to_names_reserved_for_examples(
    article: dict[str, Any], comments: list[dict[str, Any]]
) -> None:
    hosts = LINK.findall(article["url"] + " " + " ".join(c["body"] for c in comments))

    assert hosts
    assert [h for h in hosts if not h.endswith(".example")] == []
