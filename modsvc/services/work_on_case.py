"""What moderators do with a case beside deciding it: hand it on, and talk about it.

One transaction each. Whoever may, may do so while nobody else reads the case.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from modsvc.core.mentions import mentioned
from modsvc.core.sentence import Sentence
from modsvc.errors import CaseAlreadyClosed, CaseChanged, NobodyLeads, NotFound
from modsvc.store import acts, cases, claims, colleagues, handed, notes
from modsvc.store.acts import Act
from modsvc.store.cases import Case
from modsvc.store.colleagues import Colleague
from modsvc.store.db import Database
from modsvc.store.handed import Brief
from modsvc.store.notes import Mention
from modsvc.store.writer import Writer

# A longer note is an essay.
MAX_NOTE_CHARS = 2_000
ACTS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class ForMe:
    """What waits for a moderator in person; `escalated` is empty for all but leads."""

    mentions: list[Mention]
    assigned: list[Brief]
    escalated: list[Brief]
    colleagues: list[Colleague]


@dataclass(frozen=True, slots=True)
class Mine:
    """Something that a moderator did; `brief` is its case, where it was one."""

    act: Act
    brief: Brief | None


class WorkOnCase:
    """What is done with cases while they wait, and said about them."""

    def __init__(self, *, db: Database, writer: Writer, now: Callable[[], datetime]) -> None:
        self._db, self._writer, self._now = db, writer, now

    def pass_on(self, site: str, case_id: int, moderator: int, *, is_lead: bool = False) -> None:
        """Leave a case to others; whoever does never gets it again, and nobody counts how often.

        Raises
        ------
        NotFound
            The site has no such case.
        CaseAlreadyClosed, CaseChanged
            It was decided, somebody else reads it, or it waits for somebody else.
        """

        def write(db: Connection) -> None:
            case = self._workable(db, site, case_id, moderator, is_lead=is_lead)
            claims.pass_on(db, case, moderator=moderator)
            if case.assigned_to == moderator:
                claims.assign(db, case, None)

        self._writer.write(write, order=site)

    def escalate(
        self, site: str, case_id: int, moderator: int, text: str = "", *, is_lead: bool = False
    ) -> None:
        """Leave a case to leads, at once, with a note if there is something to say.

        Raises
        ------
        NotFound, CaseAlreadyClosed, CaseChanged
            As `pass_on`.
        NobodyLeads
            It would wait for ever.
        """

        def write(db: Connection) -> None:
            case = self._workable(db, site, case_id, moderator, is_lead=is_lead)
            if not colleagues.has_lead(db, site):
                raise NobodyLeads(Sentence("nobody leads here; hand it to a colleague, or pass it"))
            claims.escalate(db, case, self._now())
            self._say(db, case, moderator, text)

        self._writer.write(write, order=site)

    def assign(
        self,
        site: str,
        case_id: int,
        moderator: int,
        to: int | None,
        text: str = "",
        *,
        is_lead: bool = False,
    ) -> None:
        """Make a case somebody's, or everybody's again, with a note to them if there is one.

        Raises
        ------
        NotFound
            The site has no such case, or nobody of that number.
        CaseAlreadyClosed, CaseChanged
            As `pass_on`.
        """

        def write(db: Connection) -> None:
            case = self._workable(db, site, case_id, moderator, is_lead=is_lead)
            if to is not None:
                _one_of(colleagues.of_site(db, site), to)
            self._hand(db, case, moderator, to, text)

        self._writer.write(write, order=site)

    def hand_over(self, site: str, moderator: int, to: int, text: str = "") -> int:
        """Make all that is a moderator's somebody else's; say how many cases that was.

        Raises
        ------
        NotFound
            Nobody of that number works at the site.
        """

        def write(db: Connection) -> int:
            _one_of(colleagues.of_site(db, site), to)
            ids = handed.ids_of(db, site, moderator)
            for case_id in ids:
                case = cases.get(db, site, case_id, lock=True)
                self._hand(db, case, moderator, to, text)
            return len(ids)

        return self._writer.write(write, order=site)

    def note(self, site: str, case_id: int, moderator: int, text: str) -> None:
        """Keep a note on a case, open or closed; it is never sent to the site.

        Raises
        ------
        NotFound
            The site has no such case.
        """

        def write(db: Connection) -> None:
            self._say(db, cases.get(db, site, case_id), moderator, text)

        self._writer.write(write, order=site)

    def for_me(self, site: str, moderator: int, *, is_lead: bool) -> ForMe:
        """Give what waits for a moderator in person."""
        with self._db.read() as db:
            return ForMe(
                mentions=notes.to_moderator(db, site, moderator),
                assigned=handed.to_moderator(db, site, moderator),
                escalated=handed.to_leads(db, site, moderator) if is_lead else [],
                colleagues=colleagues.of_site(db, site),
            )

    def count_new(self, site: str, moderator: int) -> int:
        """Count the notes to a moderator that they have not seen."""
        with self._db.read() as db:
            return notes.count_new(db, site, moderator)

    def mark_seen(self, site: str, moderator: int, until: int) -> None:
        """Note that a moderator has seen what was said to them, up to a note."""

        def write(db: Connection) -> None:
            notes.mark_seen(db, site, moderator, until, self._now())

        self._writer.write(write, order=site)

    def colleagues(self, site: str) -> list[Colleague]:
        """Give who works at a site."""
        with self._db.read() as db:
            return colleagues.of_site(db, site)

    def done(self, site: str, moderator: int) -> list[Mine]:
        """Give what a moderator did last, newest first."""
        with self._db.read() as db:
            mine = acts.newest(db, site, moderator, ACTS_SHOWN)
            single = acts.single_cases(db, [act.id for act in mine])
            briefs = handed.of_ids(db, list(single.values()))
            return [Mine(act, briefs.get(single.get(act.id, 0))) for act in mine]

    def _hand(self, db: Connection, case: Case, moderator: int, to: int | None, text: str) -> None:
        """Hand a case to somebody, or to everybody.

        A look at somebody's own decision is handed to them like anything else, as far as whoever
        hands it on can see: refused, it would be told from what was held. But whoever took the
        decision must neither judge it twice nor hear that it is looked at: it waits for the others,
        and the note is kept without speaking to them.
        """
        is_judges_own = to is not None and to == case.not_for
        handed.forget_left(db, case.id)
        claims.assign(db, case, None if is_judges_own else to)
        if to is not None and is_judges_own:
            handed.leave_to(db, case, moderator, to)
        self._say(db, case, moderator, text, to=() if to is None else (to,))

    def _workable(
        self, db: Connection, site: str, case_id: int, moderator: int, *, is_lead: bool
    ) -> Case:
        case = cases.get(db, site, case_id, lock=True)
        if not case.is_open:
            raise CaseAlreadyClosed("this case was decided already")
        now = self._db.now(db)
        is_claimed = case.claimed_until is not None and case.claimed_until > now
        if is_claimed and case.claimed_by != moderator:
            raise CaseChanged("another moderator has taken this case in the meantime")
        if case.not_for == moderator:
            raise CaseChanged(
                Sentence("you decided this yourself; it is for somebody else to look at")
            )
        if not handed.as_seen_by(db, case, moderator).is_left_to(moderator, is_lead=is_lead):
            raise CaseChanged(Sentence("this case waits for somebody else"))
        return case

    def _say(
        self, db: Connection, case: Case, moderator: int, text: str, *, to: Collection[int] = ()
    ) -> None:
        """Keep a note, and let it speak to those it names.

        But not to whoever took the decision that is looked at once more: they would hear of that.
        """
        if not text:
            return
        ids = {each.name: each.id for each in colleagues.of_site(db, case.site)}
        named = {ids[name] for name in mentioned(text, ids)}
        waiting = cases.open_of(db, case.site, case.comment_key)
        unheard = {case.not_for, waiting.not_for if waiting else None}
        notes.add(
            db,
            case.site,
            case.comment_key,
            moderator=moderator,
            text=text,
            to=named.union(to) - {moderator} - unheard,
            now=self._now(),
        )


def _one_of(people: Collection[Colleague], wanted: int) -> None:
    if all(each.id != wanted for each in people):
        raise NotFound(Sentence("nobody of that number works here"))
