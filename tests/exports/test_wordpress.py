"""WordPress' export, with what real ones have in them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from modsvc.core.past import Past
from modsvc.exports import LeftOut, Unreadable
from tests.exports.reading import only, read

COMMENT = {
    "comment_id": "5",
    "comment_author": "<![CDATA[Ada]]>",
    "comment_author_email": "<![CDATA[Ada@Example.com]]>",
    "comment_author_IP": "192.0.2.7",
    "comment_date_gmt": "2024-03-01 10:00:00",
    "comment_content": "<![CDATA[At last.]]>",
    "comment_approved": "<![CDATA[1]]>",
    "comment_type": "<![CDATA[comment]]>",
    "comment_parent": "0",
    "comment_user_id": "0",
}


def comment(**changes: str) -> str:
    fields = COMMENT | {f"comment_{name}": value for name, value in changes.items()}
    inner = "".join(f"<wp:{name}>{value}</wp:{name}>\n" for name, value in fields.items())
    return f"<wp:comment>{inner}<wp:commentmeta><wp:meta_key>x</wp:meta_key></wp:commentmeta></wp:comment>"


def export(*comments: str, link: str = "https://gazette.example/bridge/") -> str:
    return f"""<?xml version="1.0" encoding="UTF-8" ?>
<!-- This is a WordPress eXtended RSS file -->
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>The Gazette</title><link>https://gazette.example</link>
<item><title><![CDATA[The bridge opens]]></title><link>{link}</link>
<content:encoded><![CDATA[<!-- wp:paragraph --><p>It opens on <b>Monday</b>.</p>]]></content:encoded>
<wp:post_id>12</wp:post_id>
<category domain="post_tag" nicename="new"><![CDATA[New]]></category>
<category domain="category" nicename="city"><![CDATA[City]]></category>
{"".join(comments)}</item></channel></rss>"""


def test_a_comment_comes_with_all_that_is_told_of_it() -> None:
    past = only(read("wordpress", export(comment(parent="4"))))

    told = past.comment
    assert (told.id, told.body, told.parent and told.parent.id) == ("5", "At last.", "4")
    assert told.created_at == datetime(2024, 3, 1, 10, tzinfo=UTC)
    assert told.author.name == "Ada"
    assert told.article.id == told.article.url == "https://gazette.example/bridge/"
    assert (told.article.title, told.article.section) == ("The bridge opens", "City")
    assert told.article.body == "It opens on Monday."


@pytest.mark.parametrize(
    ("approved", "outcome"),
    [
        ("1", "approved"),
        ("0", "held"),
        ("hold", "held"),
        ("spam", "spam"),
        ("trash", "rejected"),
    ],
)
def test_every_state_says_what_became_of_it(approved: str, outcome: str) -> None:
    past = only(read("wordpress", export(comment(approved=approved))))

    assert (past.outcome, past.by_person) == (outcome, False)


def test_an_author_is_known_by_the_account_or_else_by_a_digest_of_the_address() -> None:
    users = [
        comment(user_id="3"),
        comment(author_email="ada@example.com"),
        comment(author_email="", author="Ben"),
        comment(author_email="", author=""),
    ]

    ids = [each.comment.author.id for each in read("wordpress", export(*users))]

    assert ids[0] == "user-3"
    assert ids[1] == only(read("wordpress", export(comment()))).comment.author.id
    assert "example" not in ids[1]
    assert ids[2:] == ["name-Ben", "unknown"]


def test_what_is_no_comment_or_says_nothing_is_left_out() -> None:
    others = [
        comment(type="pingback"),
        comment(approved="post-trashed"),
        comment(content="<![CDATA[   ]]>"),
    ]

    assert read("wordpress", export(*others)) == [
        LeftOut("pingbacks"),
        LeftOut("comments of which nobody decided anything"),
        LeftOut("comments without a text"),
    ]


def test_mark_up_is_left_out_and_what_readers_wrote_is_kept() -> None:
    content = '<![CDATA[<p>See <a href="https://x.example" rel="nofollow ugc">this</a> &amp; 3 < 4</p>😀]]>'

    body = only(read("wordpress", export(comment(content=content)))).comment.body

    assert body == "See  https://x.example this & 3 < 4\n😀"


def test_control_characters_that_no_xml_may_hold_are_passed_by() -> None:
    past = only(read("wordpress", export(comment(content="A\x08 \x00line\x1b."))))

    assert past.comment.body == "A line."


def test_a_comment_that_is_too_long_is_named_with_its_line_and_the_others_come() -> None:
    long, other = read("wordpress", export(comment(content="a" * 20_481), comment(id="6")))

    assert isinstance(long, Unreadable)
    assert (long.where, long.why) == ("line 11", "it has 20,481 characters; 20,480 are allowed")
    assert isinstance(other, Past)


def test_a_post_without_an_address_is_known_by_its_number() -> None:
    past = only(read("wordpress", export(comment(), link="")))

    assert past.comment.article.id == "post 12"
