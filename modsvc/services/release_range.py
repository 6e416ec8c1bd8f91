"""Release by range: look at some cases of a range of scores, and release all with one act."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any

from modsvc.core.releasing import Finding, in_chance_order
from modsvc.core.review import RELEASE
from modsvc.core.sentence import Sentence
from modsvc.errors import CaseChanged, NotFound
from modsvc.services.decide_cases import MOST_TOGETHER, DecideCases, Done, Seen
from modsvc.store import acts, decisions, draws, ranges
from modsvc.store.acts import Act
from modsvc.store.db import Database
from modsvc.store.ranges import Member, Range, Shown
from modsvc.store.writer import Writer

# A range has no more cases than this: of more it is told that there are more.
MOST = 20_000
MOST_ARTICLES = 5_000


@dataclass(frozen=True, slots=True)
class Looked:
    """A range that is being looked at, as the page's address has it.

    draw : what is kept of the cases there were when it was begun: nothing else is released
    as_of : the place of the newest decision when it was begun: what came or changed later stays
    began_with : how many cases there were then
    size : how many are looked at
    chosen : how many were to be when it was begun
    fine, bad : the cases that were looked at, by what was thought of them
    """

    range: Range
    draw: int
    seed: str
    as_of: int
    began_with: int
    size: int
    chosen: int
    fine: tuple[int, ...] = ()
    bad: tuple[int, ...] = ()

    @property
    def seen(self) -> frozenset[int]:
        """The cases that were looked at."""
        return frozenset((*self.fine, *self.bad))


@dataclass(frozen=True, slots=True)
class State:
    """How far looking at a range is.

    following : the case to look at next; None where all that were to be looked at were
    finding : what those say that were
    to_see : how many are to be looked at, or all where there are fewer
    came, gone : how many came into the range since it was begun, and how many others decided
    is_whole : whether these are all; a range can have more cases than are counted
    """

    following: Shown | None
    finding: Finding
    to_see: int
    came: int
    gone: int
    is_whole: bool


class ReleaseRange:
    """Counts a range, gives what is to be looked at, and releases. Threads may share it."""

    def __init__(
        self,
        *,
        db: Database,
        writer: Writer,
        decide: DecideCases,
        now: Callable[[], datetime],
    ) -> None:
        self._db, self._writer, self._decide, self._now = db, writer, decide, now

    def begin(self, site: str, moderator: int, wanted: Range, size: int) -> tuple[Looked, bool]:
        """Begin to look at a range, and tell whether its cases could all be counted."""
        with self._db.read() as db:
            as_of = decisions.head(db, site).position
            found = ranges.members(db, site, wanted, self._db.now(db), most=MOST + 1)
        there = {each.case_id: each.revision for each in found[:MOST] if each.position <= as_of}
        draw = 0
        if there and len(found) <= MOST:
            keep = partial(draws.keep, site=site, moderator=moderator, revisions=there)
            draw = self._writer.write(partial(keep, now=self._now()))
        seed = secrets.token_urlsafe(6)
        return Looked(wanted, draw, seed, as_of, len(there), size, size), len(found) <= MOST

    def sections(self, site: str) -> list[str]:
        """Give the sections that a site's articles stand in."""
        with self._db.read() as db:
            return list(ranges.sections(db, site, most=MOST_ARTICLES))

    def state(self, site: str, moderator: int, looked: Looked) -> State:
        """Say how far looking at a range is, and give the next case to look at.

        Raises
        ------
        NotFound
            What it was drawn from is kept no more.
        """
        with self._db.read() as db:
            drawn = draws.get(db, site, moderator, looked.draw)
            if not drawn:
                raise NotFound(Sentence("what was drawn here is kept no more; draw anew"))
            found = ranges.members(db, site, looked.range, self._db.now(db), most=MOST + 1)
            there = _there(found, drawn, looked.as_of)
            ids = {each.case_id for each in there}
            # What was looked at counts, whoever decided it since: it was there.
            n = len(ids | looked.seen)
            to_see = min(looked.size, n)
            order = (i for i in in_chance_order(ids, looked.seed) if i not in looked.seen)
            following = None
            if len(looked.seen) < to_see and (case_id := next(order, None)) is not None:
                following = ranges.shown(db, site, looked.range.label, case_id)
        return State(
            following,
            Finding(
                n,
                looked.began_with,
                len(looked.seen),
                len(looked.bad),
                to_release=len(ids.difference(looked.bad)),
                unseen=len(ids - looked.seen),
            ),
            to_see,
            came=len(found) - len(there),
            gone=max(0, looked.began_with - n),
            is_whole=len(found) <= MOST,
        )

    def release(self, site: str, moderator: int, looked: Looked, shown: int) -> Done | None:
        """Release the first cases of a range that was looked at, all but the bad.

        Where there are more than fit into a step, `go_on` releases more of them, as the same act.
        The same once more does nothing, and gives what was done. None where too few were looked
        at, and nothing is done.

        shown : how many would be released, as the page said

        Raises
        ------
        CaseChanged
            They are more by now. Nothing was done.
        """
        form = f"release-{looked.seed}"
        with self._db.read() as db:
            known = acts.of_form(db, moderator, form)
        if known is not None:
            return Done(known.id)
        state = self.state(site, moderator, looked)
        finding = state.finding
        if state.following is not None or not finding.is_enough or not state.is_whole:
            return None
        if finding.to_release > shown:
            raise CaseChanged(
                Sentence("more would be released by now than the page said; read it again")
            )
        detail = {
            "range": asdict(looked.range),
            "draw": looked.draw,
            "drawn": looked.began_with,
            "seed": looked.seed,
            "as_of": looked.as_of,
            "size": looked.size,
            "seen": finding.seen,
            "fine": list(looked.fine),
            "bad": list(looked.bad),
            "total": finding.to_release,
            "share": round(finding.share, 6),
        }
        part = self._left(site, moderator, detail)[:MOST_TOGETHER]
        return self._decide.many(site, moderator, part, RELEASE, form=form, detail=detail)

    def go_on(self, site: str, moderator: int, act_id: int) -> Done:
        """Release more of an act's range; nothing where none is left.

        Raises
        ------
        NotFound
            It is no release of the moderator's.
        CaseChanged
            It was undone.
        """
        act = self.act(site, act_id)
        if act.moderator != moderator:
            raise NotFound(Sentence("there is no release {release} of yours", release=act_id))
        part = self._left(site, moderator, act.detail)[:MOST_TOGETHER]
        return self._decide.many(site, moderator, part, RELEASE, more_of=act_id)

    def act(self, site: str, act_id: int) -> Act:
        """Give a release.

        Raises
        ------
        NotFound
            There is no such release.
        """
        with self._db.read() as db:
            act = acts.get(db, site, act_id)
        if act.code != RELEASE:
            raise NotFound(Sentence("there is no release {release}", release=act_id))
        return act

    def left(self, site: str, act: Act) -> int:
        """Say how many cases of a release are still open, as far as those are in its range."""
        return len(self._left(site, act.moderator, act.detail))

    def _left(self, site: str, moderator: int, detail: Mapping[str, Any]) -> list[Seen]:
        with self._db.read() as db:
            drawn = draws.get(db, site, moderator, detail["draw"])
            wanted = Range(**detail["range"])
            found = ranges.members(db, site, wanted, self._db.now(db), most=MOST)
        kept = frozenset(detail["bad"])
        there = _there(found, drawn, detail["as_of"])
        return [Seen(each.case_id, each.revision) for each in there if each.case_id not in kept]


def _there(found: Sequence[Member], drawn: Mapping[int, int], as_of: int) -> list[Member]:
    """Leave out what came or changed since it was drawn: nobody could have looked at it."""
    return [
        each
        for each in found[:MOST]
        if each.position <= as_of and drawn.get(each.case_id) == each.revision
    ]
