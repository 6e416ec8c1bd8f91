"""What WordPress tells modsvc of a comment, and what it sends to whom."""

from __future__ import annotations

import json

import pytest

from modsvc.core.past import Past
from modsvc.exports import READERS
from modsvc.store import comments
from modsvc.store.db import Database
from tests.conftest import SITE
from tests.protocols.conftest import Served
from tests.protocols.wordpress.asking import (
    FAIR,
    HELD,
    ODD,
    rest,
)
from tests.protocols.wordpress.server import INSTALL, WordPress, is_here
from tests.protocols.wordpress.stand_in import StandIn

pytestmark = pytest.mark.skipif(not is_here(), reason=INSTALL)


def test_wordpress_refuses_a_comment_that_was_just_made(site: WordPress) -> None:
    site.comment(FAIR)

    again = site.post(FAIR)

    assert again.status == 409
    assert len(site.published()) == 1


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (ODD, ODD),
        ("You <b>wor</b>thless <em>id</em>iot", "You worthless idiot"),
        (
            'See <a href="https://a.example/1" title="of note">this</a>.',
            "See  https://a.example/1 of note this.",
        ),
        ("1 < 2 &amp; &lt;b&gt; <script>x()</script>", "1 < 2 & <b> x()"),
        ("<blockquote>They said.</blockquote>I say.", "They said.\nI say."),
        ("N\0U\0L and \x07bells\r\nand lines", "NUL and bells\nand lines"),
    ],
)
def test_the_text_arrives_as_readers_would_see_it(
    site: WordPress, served: Served, text: str, read: str
) -> None:
    comment = site.comment(text)

    database = Database(served.database_url)
    with database.read() as db:
        stored = comments.find(db, SITE, comment["comment_ID"])
    database.close()
    assert stored is not None
    assert stored.body.replace("\r", "") == read


@pytest.mark.parametrize(
    "text",
    [
        b"\xff\xfe broken \xc3\x28",
        "<b></b>",
        "x" * 30_000,
        "&#0; &#xD800; &#x110000;",
        "\u202e\u200b",
    ],
)
def test_odd_text_breaks_nothing(site: WordPress, text: str | bytes) -> None:
    answer = site.post(text)

    assert answer.status in {200, 302, 409}, answer.body[-300:]
    if len(text) > 20_480:
        assert site.newest()["comment_approved"] == "0"


def test_article_author_and_parent_are_told(site: WordPress, stand_in: StandIn) -> None:
    first = site.comment("The <i>first</i> one.")
    site.comment("An answer.", comment_parent=first["comment_ID"], email=" Bea@Example.org ")
    rest(site, "rae", "A member's.")

    told = [json.loads(body) for path, body in stand_in.asked if path == "/v1/comments"]
    url = f"{site.base}/?p={site.article}"
    assert told[1]["article"] == {
        "id": url,
        "url": url,
        "title": "Head of Intelligence & Research resigns",
        "section": "Middle East",
        "body": "He resigned on Monday.",
    }
    assert told[1]["parent"] == {"id": first["comment_ID"], "body": "The first one."}
    assert "parent" not in told[0]
    assert told[0]["author"]["name"] == "Ada"
    assert told[0]["author"]["id"] != told[1]["author"]["id"]
    assert "example.org" not in json.dumps([each["author"] for each in told])
    assert told[2]["author"]["id"].startswith("user-")
    assert told[2]["author"]["joined_at"].startswith("20")
    assert {each["created_at"][-1] for each in told} == {"Z"}


def test_what_is_imported_later_has_the_same_ids(site: WordPress, stand_in: StandIn) -> None:
    first = site.comment(FAIR)
    site.comment("An answer.", comment_parent=first["comment_ID"], email="Bea@Example.org")
    rest(site, "rae", "A member's.")
    told = [json.loads(body) for path, body in stand_in.asked if path == "/v1/comments"]

    export = site.php("""
        require ABSPATH . 'wp-admin/includes/export.php';
        ob_start();
        export_wp();
        return ob_get_clean();
    """)

    lines = [line.encode() for line in export.splitlines(keepends=True)]
    found = [each.comment for each in READERS["wordpress"](lines, _none) if isinstance(each, Past)]
    assert [(c.id, c.article.id, c.author.id, c.body) for c in found] == [
        (t["id"], t["article"]["id"], t["author"]["id"], t["body"]) for t in told
    ]
    assert found[1].parent is not None
    assert found[1].parent.id == told[1]["parent"]["id"]
    assert {c.article.section for c in found} == {"Middle East"}


def _none(_: str) -> list[bytes]:
    return []


def test_spam_goes_where_spam_is_looked_for(site: WordPress, stand_in: StandIn) -> None:
    stand_in.decide("reject", "spam")
    spam = site.comment(FAIR)
    stand_in.decide("reject", "insult")
    abuse = site.comment(FAIR, author="Bea", email="bea@example.org")

    assert (spam["comment_approved"], abuse["comment_approved"]) == ("spam", "trash")


def test_the_mails_of_wordpress_are_sent_once(site: WordPress, stand_in: StandIn) -> None:
    for option in ("comments_notify", "moderation_notify"):
        site.php(f"update_option('{option}', 1); return 1;")

    site.comment(FAIR)
    published = site.mails()
    stand_in.decide("hold")
    site.comment(HELD)
    held = site.mails()

    assert [subject.split("] ")[1].split(":")[0] for subject in published] == ["Comment"]
    assert {subject.split("] ")[1].split(":")[0] for subject in held} == {"Please moderate"}


def test_wordpress_keeps_asking_by_itself(site: WordPress) -> None:
    site.call("GET", "/?rest_route=/")

    assert site.php("return wp_get_schedule('modsvc_catch_up');") == "modsvc"
    assert site.php("return wp_get_schedules()['modsvc']['interval'];") == 120
