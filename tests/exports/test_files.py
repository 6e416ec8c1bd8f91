"""What any file may do to a reader: be read, or be refused with where and why."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modsvc.core.past import OUTCOMES, Past
from modsvc.errors import ExportInvalid
from modsvc.exports import READERS, Unreadable
from tests.exports.reading import only, read
from tests.exports.test_wordpress import comment, export

LAUGHS = """<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>
<rss><item><title>&b;</title></item></rss>"""
OUTSIDE = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><item>&x;</item></rss>'


@pytest.mark.parametrize("system", READERS)
@given(text=st.binary(max_size=200))
def test_no_file_is_more_than_invalid(system: str, text: bytes) -> None:
    try:
        found = read(system, text)
    except ExportInvalid:
        return
    assert all(not isinstance(each, Past) for each in found)


@pytest.mark.parametrize("system", ["wordpress", "disqus"])
@given(data=st.data())
def test_no_damage_to_xml_is_more_than_invalid(system: str, data: st.DataObject) -> None:
    whole = bytearray(export(comment()).encode())
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=5))
    with suppress(ExportInvalid):
        read(system, bytes(whole))


def test_what_comes_before_the_damage_is_read() -> None:
    text = export(comment()).replace("</channel></rss>", "<item><title>cut")
    found = []

    reader = READERS["wordpress"](text.encode().splitlines(keepends=True), lambda _: [])
    with pytest.raises(ExportInvalid, match="line 21, column"):
        found.extend(reader)

    assert only(found).comment.id == "5"


@pytest.mark.parametrize("text", [LAUGHS, OUTSIDE])
def test_entities_are_refused(text: str) -> None:
    with pytest.raises(ExportInvalid, match="line 1: it declares an entity"):
        read("wordpress", text)


def test_another_systems_export_is_named_as_such() -> None:
    with pytest.raises(ExportInvalid, match="begins with <rss>, and such an export with <disqus>"):
        read("disqus", export(comment()))


@pytest.mark.parametrize("status", OUTCOMES)
def test_a_json_line_is_a_comment_with_its_status(status: str) -> None:
    line = {"id": "c-1", "body": "At last.", "article": "a-7", "status": status, "parent": None}

    past = only(read("jsonl", json.dumps(line)))

    assert (past.comment.id, past.comment.article.id, past.outcome) == ("c-1", "a-7", status)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"id": "1", "body": "x"}', "status: Missing data for required field."),
        ('{"id": "1", "body": "x", "status": "ok"}', "status: Must be one of"),
        ('{"id": "1", "body": "", "status": "held"}', "body:"),
        ('{"id": "1", "body": "x", "status": "held", "odd": 1}', "odd: Unknown field."),
        ("[1]", "Invalid input type."),
        ("nothing", "this is not JSON"),
    ],
)
def test_a_line_that_is_none_is_named_with_what_is_wrong(line: str, why: str) -> None:
    (found,) = read("jsonl", "\n" + line)

    assert isinstance(found, Unreadable)
    assert found.where == "line 2"
    assert found.why.startswith(why)
