"""Which policy judges at a site, and from when."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from modsvc.core.decision import Action
from modsvc.core.policy_document import name_of, read_policy
from modsvc.core.words import Entry
from modsvc.errors import NotFound, PolicyChanged, PolicyInvalid, StoreUnavailable
from modsvc.services import save_policy
from modsvc.services.edit_policy import EditPolicy
from modsvc.services.policies import Policies
from modsvc.services.screen_comment import ScreenComment
from modsvc.store import people, policies, shadows, words
from modsvc.store.db import Database
from modsvc.store.words import Wanted
from modsvc.store.writer import Writer
from tests.calm import calm_policy, calm_text
from tests.conftest import SITE, policies_of, screening
from tests.factories import make_comment
from tests.fakes import Clock, WordScorer

STRICTER = calm_text().replace("max_links = 2", "max_links = 0", 1)
LINK = "A goodly remark, see https://a.example there."

Save = Callable[..., int]


@pytest.fixture
def ours(database: Database) -> Policies:
    return policies_of(database)


@pytest.fixture
def screen(database: Database, writer: Writer, clock: Clock, ours: Policies) -> ScreenComment:
    return screening(database, writer, clock, policies=ours)


@pytest.fixture
def save(database: Database, clock: Clock) -> Save:
    def save(document: str = STRICTER, **more: Any) -> int:
        told = {"note": "", "author": None, "now": clock(), **more}
        with database.write() as db:
            return save_policy.save(db, SITE, read_policy(document), **told)

    return save


@pytest.fixture
def editor(database: Database, writer: Writer, ours: Policies, clock: Clock) -> EditPolicy:
    return EditPolicy(db=database, writer=writer, policies=ours, scorer=WordScorer(), now=clock)


@pytest.fixture
def ada(database: Database, clock: Clock) -> int:
    with database.write() as db:
        return people.add(db, "ada", clock())


def action(screen: ScreenComment, comment_id: str, body: str = LINK) -> str:
    return screen(SITE, make_comment(body, id=comment_id)).decision.action.word


def test_the_next_comment_is_judged_by_what_was_saved(screen: ScreenComment, save: Save) -> None:
    before = screen(SITE, make_comment(LINK, id="c-1")).decision
    number = save()
    after = screen(SITE, make_comment(LINK, id="c-2")).decision

    assert number == 1
    assert (before.action.word, after.action.word) == ("approve", "hold")
    assert before.policy_version == calm_policy().version
    assert after.policy_version == read_policy(STRICTER).version


def test_another_site_keeps_its_own(database: Database, screen: ScreenComment, save: Save) -> None:
    from modsvc.store import sites

    with database.write() as db:
        sites.add_site(db, "herald", "The Herald", Clock().now)
    save()

    assert screen("herald", make_comment(LINK)).decision.action is Action.APPROVE


def test_a_word_is_looked_for_from_the_next_comment_on(
    database: Database, screen: ScreenComment, clock: Clock
) -> None:
    entry = Entry("humbug", Action.HOLD)
    assert action(screen, "c-1", "What humbug.") == "approve"

    with database.write() as db:
        assert len(words.add(db, SITE, [Wanted(entry, "")], by=None, now=clock())) == 1
    held = screen(SITE, make_comment("What h.u.m.b.u.g there.", id="c-2")).decision

    assert held.action is Action.HOLD
    assert held.policy_version == f"{calm_policy().version}+w1"
    (reason,) = held.reasons
    with database.write() as db:
        (found,) = words.of_ids(db, SITE, reason.signal.detail["entries"]).values()
        assert found.phrase == "humbug"
        assert words.remove(db, SITE, [found.id], by=None, now=clock()) == [found.id]
    assert action(screen, "c-3", "What humbug.") == "approve"


def test_a_word_that_has_ended_is_not_looked_for(
    database: Database, screen: ScreenComment, clock: Clock
) -> None:
    entry = Entry("humbug", Action.REJECT, ends_at=clock() + timedelta(hours=1))
    with database.write() as db:
        words.add(db, SITE, [Wanted(entry, "")], by=None, now=clock())

    assert action(screen, "c-1", "What humbug.") == "reject"
    clock.advance(timedelta(hours=1))
    assert action(screen, "c-2", "What humbug.") == "approve"


def test_the_words_of_any_time_can_be_had_again(
    database: Database, ours: Policies, clock: Clock
) -> None:
    with database.write() as db:
        words.add(db, SITE, [Wanted(Entry("one", Action.HOLD), "")], by=None, now=clock())
        (first,) = words.entries(db, SITE)
        words.add(db, SITE, [Wanted(Entry("two", Action.HOLD), "")], by=None, now=clock())
        words.remove(db, SITE, [first.id], by=None, now=clock())
        version = calm_policy().version

        listed = [
            [entry.phrase for entry in policy.words.entries]
            for change in (1, 2, 3)
            if (policy := ours.version(db, SITE, f"{version}+w{change}"))
        ]

    assert listed == [["one"], ["one", "two"], ["two"]]


def test_a_version_is_found_by_the_name_that_decisions_have(
    database: Database, ours: Policies, save: Save
) -> None:
    save()
    with database.read() as db:
        found = ours.version(db, SITE, read_policy(STRICTER).version)
        assert found is not None
        assert found.limits.max_links == 0
        assert ours.version(db, SITE, calm_policy().version) == calm_policy()
        assert ours.version(db, SITE, "0" * 12) is None


def test_a_version_that_cannot_be_as_it_was_is_not_to_be_had(
    database: Database, clock: Clock
) -> None:
    older = calm_text().replace("max_links = 2\n", "", 1)
    name = name_of(older)
    with database.write() as db:
        for document in (older, "[bands"):
            policies.add(
                db,
                SITE,
                document=document,
                version=name_of(document),
                note="",
                author=None,
                now=clock(),
            )
        then = policies_of(database).version(db, SITE, name)
        assert then is not None
        now = policies_of(database, read_policy(STRICTER))

        assert then.version == f"{name}~{calm_policy().version[:6]}"
        assert policies_of(database).version(db, SITE, then.version) is not None
        assert now.version(db, SITE, then.version) is None
        assert now.version(db, SITE, name_of("[bands")) is None


def test_a_stored_policy_that_cannot_be_read_holds_what_would_pass(
    database: Database, screen: ScreenComment, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    with database.write() as db:
        number = policies.add(
            db, SITE, document="[bands", version="x", note="", author=None, now=clock()
        )
        policies.put_in_force(db, SITE, number)

    with caplog.at_level(logging.ERROR):
        decision = screen(SITE, make_comment()).decision

    assert decision.action is Action.HOLD
    assert [r.signal.code for r in decision.reasons] == ["policy.unavailable"]
    assert "not TOML" in caplog.text


def test_a_change_that_cannot_be_read_is_not_judged_without(
    database: Database, ours: Policies, save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ours.of(SITE).policy.faults == ()
    save()
    monkeypatch.setattr(policies, "get", unreadable)

    assert ours.at(SITE, 1).policy.faults == ("policy.unavailable",)
    monkeypatch.undo()
    assert ours.at(SITE, 1).policy.faults == ()


def unreadable(*_: object) -> None:
    raise StoreUnavailable("the disk is gone")


def test_a_shadow_only_records_what_it_would_do(
    database: Database, screen: ScreenComment, save: Save
) -> None:
    number = save(shadow=True)

    assert action(screen, "c-1") == "approve"
    assert action(screen, "c-2", "A goodly remark.") == "approve"
    with database.read() as db:
        assert shadows.counts(db, SITE, number) == {(Action.APPROVE, Action.HOLD): 1}
        assert shadows.judged(db, SITE, 0) == 2
        (found,) = shadows.newest(db, SITE, number, 10)
    assert (found.comment_id, found.action, found.instead_of) == (
        "c-1",
        Action.HOLD,
        Action.APPROVE,
    )
    assert [r.signal.code for r in found.reasons] == ["links.too_many"]


def test_a_draft_is_kept_good_or_not_and_saved_only_if_good(
    editor: EditPolicy, ada: int, screen: ScreenComment
) -> None:
    editor.keep(SITE, ada, "[bands")

    desk = editor.desk(SITE, ada)
    assert (desk.is_draft, desk.document, desk.policy) == (True, "[bands", None)
    assert desk.problem is not None
    with pytest.raises(PolicyInvalid):
        editor.save(SITE, ada, seen=name_of("[bands"), note="no")
    assert action(screen, "c-1") == "approve"

    editor.keep(SITE, ada, STRICTER)
    with pytest.raises(PolicyChanged):
        editor.save(SITE, ada, seen=name_of("[bands"), note="Another window's.")
    assert editor.save(SITE, ada, seen=name_of(STRICTER), note="Fewer links.") == 1
    assert action(screen, "c-2") == "hold"
    desk = editor.desk(SITE, ada)
    assert (desk.is_draft, desk.document) == (False, STRICTER)
    assert desk.in_force is not None
    assert (desk.in_force.note, desk.in_force.author) == ("Fewer links.", "ada")


def test_of_windows_of_one_draft_that_keep_at_once_one_is_told_of_the_other(
    database: Database,
    ours: Policies,
    clock: Clock,
    ada: int,
    in_threads: Callable[..., list[object]],
) -> None:
    writers = [Writer(database) for _ in range(3)]  # As processes have them, each its own.
    editors = [
        EditPolicy(db=database, writer=writer, policies=ours, scorer=None, now=clock)
        for writer in writers
    ]

    def keep(n: int, seen: str) -> bool:
        try:
            editors[n].keep(SITE, ada, f"# {seen} {n}", seen=seen)
        except PolicyChanged:
            return False
        return True

    for _ in range(10):
        seen = name_of(editors[0].desk(SITE, ada).document)
        kept = in_threads([partial(keep, n, seen) for n in range(3)])
        assert sorted(kept) == [False, False, True]
    for writer in writers:
        writer.close()


def test_a_draft_does_not_undo_what_another_saved_meanwhile(
    editor: EditPolicy, ada: int, database: Database, clock: Clock
) -> None:
    with database.write() as db:
        ben = people.add(db, "ben", clock())
    editor.keep(SITE, ada, STRICTER)
    bens = calm_text() + "\n# Ben was here.\n"
    editor.keep(SITE, ben, bens)
    editor.save(SITE, ben, seen=name_of(bens), note="")

    assert editor.desk(SITE, ada).is_stale
    with pytest.raises(PolicyChanged):
        editor.save(SITE, ada, seen=name_of(STRICTER), note="")

    assert editor.desk(SITE, ada).document == STRICTER
    assert len(editor.versions(SITE)) == 1


def test_going_back_is_a_version_of_its_own(
    editor: EditPolicy, ada: int, screen: ScreenComment
) -> None:
    editor.keep(SITE, ada, calm_text())
    editor.save(SITE, ada, seen=name_of(calm_text()), note="as it was")
    editor.keep(SITE, ada, STRICTER)
    editor.save(SITE, ada, seen=name_of(STRICTER), note="stricter")
    seen = editor.desk(SITE, ada).standing.rulebook

    assert editor.go_back(SITE, ada, 1, seen=seen) == 3

    assert action(screen, "c-1") == "approve"
    assert [saved.number for saved in editor.versions(SITE)] == [3, 2, 1]
    with pytest.raises(PolicyChanged):
        editor.go_back(SITE, ada, 2, seen=seen)
    with pytest.raises(NotFound):
        editor.go_back(SITE, ada, 9, seen=seen + 1)
