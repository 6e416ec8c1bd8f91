from __future__ import annotations

import threading

import pytest

from modsvc.core.comment import Article, Author
from modsvc.services import told
from modsvc.services.told import Told
from modsvc.store import comments
from modsvc.store.db import Database
from modsvc.store.writer import Writer
from tests.conftest import SITE, screening
from tests.factories import make_comment
from tests.fakes import Clock, FakeScorer

ARTICLE, AUTHOR = Article("a-1", "A title"), Author("u-1", "owl")


def test_what_was_noted_is_no_news_and_what_differs_is() -> None:
    memory = Told()
    comment = make_comment(article=ARTICLE, author=AUTHOR)
    assert memory.news(SITE, comment) == (ARTICLE, AUTHOR)

    memory.note(SITE, (ARTICLE, AUTHOR))

    assert memory.news(SITE, comment) == ()
    assert memory.news("herald", comment) == (ARTICLE, AUTHOR)
    changed = Article("a-1", "Another title")
    assert memory.news(SITE, make_comment(article=changed, author=AUTHOR)) == (changed,)


def test_an_article_and_an_author_of_one_id_are_told_apart() -> None:
    memory = Told()

    memory.note(SITE, (Article("x"),))

    assert memory.news(SITE, make_comment(article=Article("x"), author=Author("x"))) == (
        Author("x"),
    )


def test_after_a_while_everything_is_news_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000.0
    monkeypatch.setattr(told.time, "monotonic", lambda: now)
    memory = Told()
    memory.note(SITE, (ARTICLE, AUTHOR))

    now += told.REMEMBERED_S

    assert memory.news(SITE, make_comment(article=ARTICLE, author=AUTHOR)) == (ARTICLE, AUTHOR)


def test_the_memory_does_not_grow_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(told, "MAX_REMEMBERED", 3)
    memory = Told()

    memory.note(SITE, tuple(Article(str(n)) for n in range(9)))

    known = [
        n for n in range(9) if len(memory.news(SITE, make_comment(article=Article(str(n))))) == 1
    ]
    assert known == [6, 7, 8]


def test_what_could_not_be_stored_is_told_again(database: Database) -> None:
    failing = threading.Event()

    class Sometimes(Writer):
        def write(self, run, *, order=""):
            if failing.is_set():
                raise RuntimeError
            return super().write(run, order=order)

    writer = Sometimes(database)
    screen = screening(database, writer, Clock(), scorer=FakeScorer())
    failing.set()
    with pytest.raises(RuntimeError):
        screen(SITE, make_comment(article=ARTICLE, author=AUTHOR))
    failing.clear()

    screen(SITE, make_comment(article=ARTICLE, author=AUTHOR))
    writer.close()

    with database.read() as db:
        assert comments.article(db, SITE, "a-1") == ARTICLE
        assert comments.author(db, SITE, "u-1") == AUTHOR


def test_what_is_told_anew_replaces_what_was_told_before(database: Database) -> None:
    writer = Writer(database)
    screen = screening(database, writer, Clock(), scorer=FakeScorer())
    for n, title in enumerate(["First", "First", "Second", ""]):
        screen(SITE, make_comment(id=f"c-{n}", article=Article("a-1", title)))
    writer.close()

    with database.read() as db:
        assert comments.article(db, SITE, "a-1").title == "Second"
