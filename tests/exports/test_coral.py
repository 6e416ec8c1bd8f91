"""Coral's collections as mongoexport writes them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from modsvc.errors import ExportInvalid
from modsvc.exports import LeftOut, Unreadable
from tests.exports.reading import only, read

AT = "2024-03-01T10:00:00.000Z"


def comment(**changes: Any) -> str:
    told: dict[str, Any] = {
        "_id": {"$oid": "65e1a5a0c2f1a2b3c4d5e6f7"},
        "tenantID": "t-1",
        "id": "c-9",
        "storyID": "s-1",
        "authorID": "u-1",
        "parentID": None,
        "revisions": [
            {"id": "r-1", "body": "At lats.", "createdAt": {"$date": AT}},
            {"id": "r-2", "body": "<div>At last.</div>", "createdAt": {"$date": AT}},
        ],
        "status": "NONE",
        "createdAt": {"$date": AT},
    }
    return json.dumps(told | changes) + "\n"


STORIES = json.dumps(
    {
        "id": "s-1",
        "url": "https://gazette.example/bridge/",
        "metadata": {"title": "The bridge opens", "section": "City", "description": "On Monday."},
    }
)
USERS = json.dumps({"id": "u-1", "username": "ada"}) + "\n[1]\nnot json\n"


def test_the_newest_revision_comes_with_its_story_and_its_authors_name() -> None:
    told = only(read("coral", comment(parentID="c-8"), stories=STORIES, users=USERS)).comment

    assert (told.id, told.body, told.parent and told.parent.id) == ("c-9", "At last.", "c-8")
    assert (told.article.id, told.article.title) == ("s-1", "The bridge opens")
    assert (told.article.section, told.article.body) == ("City", "On Monday.")
    assert (told.author.id, told.author.name) == ("u-1", "ada")
    assert told.created_at == datetime(2024, 3, 1, 10, tzinfo=UTC)


def test_the_comments_alone_are_enough() -> None:
    told = only(read("coral", comment())).comment

    assert (told.article.id, told.author.id, told.author.name) == ("s-1", "u-1", "")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("NONE", "approved"),
        ("APPROVED", "approved"),
        ("REJECTED", "rejected"),
        ("PREMOD", "held"),
        ("SYSTEM_WITHHELD", "held"),
    ],
)
def test_every_status_says_what_became_of_it(status: str, outcome: str) -> None:
    past = only(read("coral", comment(status=status)))

    assert (past.outcome, past.by_person) == (outcome, False)


def action(status: str, at: str, moderator: str | None = "m-1") -> str:
    told = {"commentID": "c-9", "status": status, "moderatorID": moderator}
    return json.dumps({**told, "createdAt": {"$date": at}}) + "\n"


@pytest.mark.parametrize(
    ("actions", "by_person"),
    [
        (action("REJECTED", AT), True),
        (action("REJECTED", AT, moderator=None), False),
        (action("REJECTED", AT) + action("APPROVED", "2024-03-02T10:00:00Z"), False),
        (action("REJECTED", "2024-03-02T10:00:00Z") + action("APPROVED", AT), True),
    ],
)
def test_a_person_decided_where_the_last_action_of_one_is_in_force(
    actions: str, by_person: bool
) -> None:
    past = only(read("coral", comment(status="REJECTED"), commentModerationActions=actions))

    assert past.by_person is by_person


@pytest.mark.parametrize("date", [{"$date": AT}, {"$date": {"$numberLong": "1709287200000"}}, AT])
def test_every_form_of_a_date_is_read(date: object) -> None:
    told = only(read("coral", comment(createdAt=date))).comment

    assert told.created_at == datetime(2024, 3, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize("date", [None, 7, {"$date": {"$numberLong": "9" * 40}}, {"$date": "soon"}])
def test_a_date_that_is_none_is_not_known(date: object) -> None:
    assert only(read("coral", comment(createdAt=date))).comment.created_at is None


def test_deleted_comments_are_left_out_and_odd_lines_are_named() -> None:
    lines = comment(deletedAt={"$date": AT}) + "[]\nnot json\n\n" + comment(status="ODD")
    lines += comment(revisions=[]) + comment(id=7)

    found = read("coral", lines)

    assert found[0] == LeftOut("deleted comments")
    assert [each.where for each in found[1:] if isinstance(each, Unreadable)] == [
        "line 2",
        "line 3",
        "line 5",
        "line 6",
        "line 7",
    ]


def test_one_long_array_is_refused_with_what_to_do() -> None:
    with pytest.raises(ExportInvalid, match="without --jsonArray"):
        read("coral", f"[{comment()}]")
