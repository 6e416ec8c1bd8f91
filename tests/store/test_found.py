from __future__ import annotations

import pytest

from modsvc.core.decision import Action
from modsvc.core.searching import read_query
from modsvc.store import found, search
from modsvc.store.db import Database
from tests.conftest import SITE
from tests.store.desk import open_case


@pytest.fixture(params=["few", "many"])
def seven(
    request: pytest.FixtureRequest, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seven comments that have a word; to be found as few or as many are."""
    if request.param == "many":
        monkeypatch.setattr(search, "FEW", 0)
    for n in range(7):
        open_case(database, f"c-{n}", f"The {'same ' if n % 2 else ''}flapdoodle, part {n}.")
    with database.write() as db:
        search.catch_up(db, SITE, 100)


@pytest.mark.usefixtures("seven")
@pytest.mark.parametrize(
    ("text", "parts"), [("flap*", 7), ('"same flapdoodle"', 3), ("the -same", 4)]
)
def test_pages_of_what_is_found_follow_each_other_newest_first(
    database: Database, monkeypatch: pytest.MonkeyPatch, text: str, parts: int
) -> None:
    monkeypatch.setattr(found, "LOOKED_AT", 2)
    seen: list[int] = []
    before: int | None = None

    while True:
        with database.read() as db:
            hits, reached = found.page(db, SITE, read_query(text), before=before, reader=0, limit=2)
        seen += [hit.key for hit in hits]
        before = hits[-1].key if len(hits) == 2 else reached
        if before is None:
            break

    assert len(seen) == parts
    assert seen == sorted(set(seen), reverse=True)


@pytest.mark.usefixtures("seven")
def test_only_what_stands_as_is_asked_is_found(database: Database) -> None:
    with database.write() as db:
        approved = "id IN ('c-1', 'c-5')"
        db.exec_driver_sql(f"UPDATE comments SET action = 'approve' WHERE {approved}")
        db.exec_driver_sql(
            "UPDATE cases SET closed_at = opened_at"
            f" WHERE comment IN (SELECT key FROM comments WHERE {approved})"
        )

    with database.read() as db:
        query = read_query("flapdoodle")
        hits, _ = found.page(db, SITE, query, stands=Action.APPROVE, reader=0, limit=9)
        all_of_them, _ = found.page(db, SITE, query, reader=0, limit=9)

    assert [hit.comment_id for hit in hits] == ["c-5", "c-1"]
    assert [hit.case_id for hit in all_of_them] == list(range(7, 0, -1))
