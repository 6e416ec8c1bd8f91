"""Disqus' export, threads first and posts after."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from modsvc.exports import LeftOut, Unreadable
from tests.exports.reading import only, read

THREAD = """<thread dsq:id="900"><id>bridge</id><forum>gazette</forum><category dsq:id="1" />
<link>https://gazette.example/bridge/</link><title>The bridge opens</title><message />
<createdAt>2024-02-29T10:00:00Z</createdAt><author><name>Editor</name></author>
<isClosed>false</isClosed><isDeleted>false</isDeleted></thread>"""
PLAIN = "<isDeleted>false</isDeleted><isSpam>false</isSpam>"


def post(
    flags: str = PLAIN, *, thread: str = "900", more: str = "", message: str = "At last."
) -> str:
    return f"""<post dsq:id="17"><id>wp_id=5</id><message><![CDATA[<p>{message}</p>]]></message>
<createdAt>2024-03-01T10:00:00Z</createdAt>{flags}
<author><email>ada@example.com</email><name>Ada</name><isAnonymous>true</isAnonymous></author>
<ipAddress>192.0.2.7</ipAddress><thread dsq:id="{thread}" />{more}</post>"""


def export(*posts: str) -> str:
    return f"""<?xml version="1.0" encoding="utf-8"?>
<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">
<category dsq:id="1"><title>General</title></category>{THREAD}{"".join(posts)}</disqus>"""


def test_a_post_comes_with_its_thread_author_and_parent() -> None:
    past = only(read("disqus", export(post(more='<parent dsq:id="16" />'))))

    told = past.comment
    assert (told.id, told.body, told.parent and told.parent.id) == ("17", "At last.", "16")
    assert told.article.id == told.article.url == "https://gazette.example/bridge/"
    assert told.article.title == "The bridge opens"
    assert told.author.name == "Ada"
    assert "example" not in told.author.id
    assert told.created_at == datetime(2024, 3, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("flags", "outcome"),
    [
        (PLAIN, "approved"),
        ("", "approved"),
        ("<isDeleted>false</isDeleted><isSpam>true</isSpam>", "spam"),
        ("<isDeleted>true</isDeleted><isSpam>true</isSpam>", "spam"),
        (f"{PLAIN}<isApproved>false</isApproved>", "held"),
        (f"{PLAIN}<isApproved>true</isApproved>", "approved"),
    ],
)
def test_every_state_says_what_became_of_it(flags: str, outcome: str) -> None:
    assert only(read("disqus", export(post(flags)))).outcome == outcome


def test_a_deleted_post_says_nothing_since_its_author_may_have_deleted_it() -> None:
    flags = "<isDeleted>true</isDeleted><isSpam>false</isSpam>"

    assert read("disqus", export(post(flags))) == [LeftOut("deleted posts, by nobody knows whom")]


def test_an_account_is_known_by_its_name_there() -> None:
    named = post().replace("<isAnonymous>", "<username>ada_l</username><isAnonymous>")

    assert only(read("disqus", export(named))).comment.author.id == "ada_l"


def test_a_post_of_an_unknown_thread_is_named_with_its_line() -> None:
    (found,) = read("disqus", export(post(thread="901")))

    assert isinstance(found, Unreadable)
    assert found.where == "line 6"
