from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modsvc.core.decision import Action
from modsvc.core.searching import read_query
from modsvc.store import comments, decisions, search, sites
from modsvc.store import found as store_found
from modsvc.store.db import Database
from tests.conftest import SITE
from tests.factories import make_comment
from tests.store.desk import NOW, open_case

BODIES = {
    "plain": "The council's Flapdoodle, again & again!",
    "hebrew": "אין שָׁלוֹם בעיר",
    "chinese": "他说中国话",
    "picture": "Look at this 🤡 there",
    "accent": "Une crème brûlée, STRASSE oder Straße",
}


@pytest.fixture
def filled(database: Database) -> dict[str, int]:
    """Comments by what they are, indexed."""
    keys: dict[str, int] = {}
    for name, body in BODIES.items():
        open_case(database, name, body)
    with database.write() as db:
        assert search.catch_up(db, SITE, 100)
        for name in BODIES:
            stored = comments.find(db, SITE, name)
            assert stored is not None
            keys[name] = stored.key
    return keys


def found(database: Database, text: str, site: str = SITE) -> list[int]:
    with database.read() as db:
        hits, reached = store_found.page(db, site, read_query(text), reader=0, limit=50)
    assert reached is None
    return [hit.key for hit in hits]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("flapdoodle", "plain"),
        ("FLAP*", "plain"),
        ('"again again"', "plain"),
        ("council's", "plain"),
        ("council -crème", "plain"),
        ("שלום", "hebrew"),
        ("שָׁלוֹם", "hebrew"),
        ("中国", "chinese"),
        ("🤡", "picture"),
        ("creme", "accent"),
        ("brulee strasse", "accent"),
        ("ＳＴＲＡＳＳＥ", "accent"),
    ],
)
def test_a_comment_is_found_by_its_words(
    database: Database, filled: dict[str, int], text: str, name: str
) -> None:
    assert found(database, text) == [filled[name]]


@pytest.mark.parametrize(
    "text", ["flap", '"again the"', "council -flapdoodle", "国中", "-council", "", "*", '"', "🦄"]
)
def test_what_is_not_said_is_not_found(
    database: Database, filled: dict[str, int], text: str
) -> None:
    assert found(database, text) == []


AWKWARD = [
    'a" OR "b', "NEAR(a b)", "text:a", "a AND", "(((", "^a", "a*b*", "'; DROP TABLE comments; --", "\\", "a & !b | c <-> d:*",
    "{a}", "\0", "a\0b", "%_", "𝔘𝔫𝔦", "1e5*", "0x1f", "-5", "a-b", "\u202e", "<b>", "x" * 10_000, "ا\u0640\u0640ل", "½ ² Ⅻ",
]  # fmt: skip


@pytest.mark.parametrize("text", AWKWARD)
def test_whatever_is_typed_is_a_question(
    database: Database, filled: dict[str, int], text: str
) -> None:
    found(database, text)


@given(st.text(max_size=40))
def test_no_text_is_an_error_and_what_is_sent_is_found_by_its_own_words(
    database: Database, text: str
) -> None:
    found(database, text)


def test_an_edit_is_found_by_what_it_says_now(database: Database, filled: dict[str, int]) -> None:
    with database.write() as db:
        stored = comments.find(db, SITE, "plain")
        assert stored is not None
        head = decisions.lock_head(db, SITE)
        edit = make_comment("Quite another thing.", id="plain")
        position = head.position + 1
        comments.revise(db, stored, edit, position=position, action=Action.HOLD)
        digest = comments.add_revision(db, stored.key, 2, edit, NOW + timedelta(hours=1))
        subject = decisions.Subject(SITE, stored.key, "plain", 2, digest)
        at = decisions.at(db, SITE, stored.position)
        decisions.append(db, head, subject, _as_decision(at), now=NOW)
    with database.write() as db:
        assert search.behind(db) == SITE
        search.catch_up(db, SITE, 100)
        assert search.behind(db) is None

    assert found(database, "flapdoodle") == []
    assert found(database, "another thing") == [filled["plain"]]


def _as_decision(at: Any) -> Any:
    from modsvc.core.decision import Decision

    return Decision(at.action, at.reasons, "1")


def test_what_is_forgotten_leaves_no_word_behind(
    database: Database, filled: dict[str, int]
) -> None:
    with database.write() as db:
        search.forget(db, [filled["plain"]])

    assert found(database, "flapdoodle") == []
    if database.is_sqlite:
        with database.read() as db:
            blocks = db.exec_driver_sql("SELECT block FROM search_index_data").scalars().all()
        assert b"doodle" not in b"".join(blocks)
        assert b"creme" in b"".join(blocks)


def test_another_sites_comments_are_not_found(database: Database, filled: dict[str, int]) -> None:
    with database.write() as db:
        sites.add_site(db, "courier", "The Courier", NOW)

    assert found(database, "flapdoodle", "courier") == []


def test_a_log_is_looked_through_bit_by_bit(database: Database) -> None:
    for n in range(5):
        open_case(database, f"c-{n}", "The same flapdoodle.")
    counts = []
    for _ in range(3):
        with database.write() as db:
            search.catch_up(db, SITE, 2)
        counts.append(len(found(database, "flapdoodle")))

    assert counts == [2, 4, 5]
