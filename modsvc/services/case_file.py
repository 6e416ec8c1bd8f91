"""A case as a moderator reads it: what was said, where, by whom, why it is here, and what is near.

Of what is looked at once more, a second look or a sample, the file says what it would of a comment
that was just held: whoever knew of the first decision would follow it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from modsvc.core.comment import Article, Author, Parent
from modsvc.core.decision import Action, Reason
from modsvc.core.facts import NORMAL
from modsvc.core.lexicon import Lexicon
from modsvc.core.policy import Policy, Queue
from modsvc.core.review import HELD, SECOND, WhyDue, unmarked, why_due
from modsvc.core.signals import Signal
from modsvc.services.explain_words import Named, explain_words
from modsvc.store import (
    acts,
    articles,
    cases,
    colleagues,
    comments,
    context,
    decisions,
    handed,
    notes,
    opinions,
    reports,
)
from modsvc.store.cases import Case
from modsvc.store.comments import Stored
from modsvc.store.context import Alike, Record, Said
from modsvc.store.decisions import MODERATOR, Recorded
from modsvc.store.notes import Note
from modsvc.store.opinions import Opinion
from modsvc.store.reports import Kept

REPORTS_SHOWN = 20
A_MINUTE = timedelta(minutes=1)
# Of a decision that is shown in the place of another; no decision has it.
NOWHERE = 0


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at a case, and when."""

    moderator: int
    is_lead: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a comment.

    `answered` is what it answers, nearest first; `siblings` are other answers to the same, or what
    came before it under the article; `latest` is what else its author wrote.
    """

    answered: list[Said]
    siblings: list[Said]
    replies: list[Said]
    latest: list[Said]
    record: Record | None
    alike: list[Alike]
    reports: list[Kept]
    notes: list[Note]


@dataclass(frozen=True, slots=True)
class CaseFile:
    """All that is shown about a case: what was said, where, by whom, and why it is here."""

    case: Case
    body: str
    # Of the body, which may be newer than a closed case.
    revision: int
    article: Article
    # How strictly it is judged there.
    mode: str
    author: Author
    parent: Parent | None
    # What the case is here for.
    about: Recorded
    decisions: list[Recorded]
    # Which moderator took each decision, by its position; the policy's are absent.
    decided_by: dict[int, str]
    # Of the decision in force, whatever is shown; a form to decide otherwise carries it.
    position: int
    claimed_by_name: str | None
    assigned_to_name: str | None
    # The entries of word lists that the reasons are about, by their codes.
    words: Mapping[str, Sequence[Named]]
    why_due: WhyDue
    # Whether that is what it is due by: the policy may have changed since.
    is_due_so: bool
    around: Around
    # What others said of decisions about the comment, for leads.
    opinions: list[tuple[Opinion, str]]
    # The site's policy for its queue.
    queue: Queue
    # The case that the viewer is led to from this one, which would tell them what they are not to
    # know: who is to judge anew, what was decided; and who decided, how another judged that.
    instead: int | None

    @property
    def in_force(self) -> Recorded:
        """The newest decision that is shown."""
        return self.decisions[-1]

    @property
    def spans_fit(self) -> bool:
        """Whether the reasons' spans count in this body: an edit in between has its own."""
        return self.about.revision == self.revision


def case_file(
    db: Connection, case: Case, policy: Policy, viewer: Viewer, lexicon: Lexicon | None
) -> CaseFile:
    """Gather what is shown about a case."""
    site = case.site
    stored = comments.of_key(db, site, case.comment_key)
    parent = comments.parent(db, site, stored.key, stored.revision)
    judged = decisions.of_comment(db, stored.key)
    names = decisions.deciders(db, stored.key)
    about = next((each for each in judged if each.position == case.about), judged[0])
    was_printed = decisions.was_printed(db, stored.key, about)
    since = next((each for each in judged if each.position == case.checks), about).decided_at
    shown, unheard = judged, None
    if case.kind != HELD and (case.is_open or not viewer.is_lead):
        # What was said when it was first decided would tell of that.
        unheard = (about.decided_at, case.opened_at)
        about, shown = _as_if_held(db, case, about, judged, names)
    due = why_due(about.as_decision(), policy.queue, was_printed=was_printed)
    case = handed.as_seen_by(db, case, viewer.moderator)
    is_claimed = case.claimed_until is not None and case.claimed_until > viewer.now
    tells_all = viewer.is_lead and case.kind == HELD
    known = articles.get(db, site, stored.article)
    in_policy = [entry for entry in policy.words.entries if not entry.id]
    return CaseFile(
        case=case,
        body=stored.body,
        revision=stored.revision,
        article=known.article if known else Article(stored.article),
        mode=known.mode if known else NORMAL,
        author=comments.author(db, site, stored.author),
        parent=parent,
        about=about,
        decisions=shown,
        decided_by=names,
        position=stored.position,
        claimed_by_name=colleagues.name(db, case.claimed_by) if is_claimed else None,
        assigned_to_name=colleagues.name(db, case.assigned_to),
        words=explain_words(
            db, site, stored.body, about.reasons, in_policy=in_policy, lexicon=lexicon
        ),
        why_due=due,
        is_due_so=abs(case.due_at - since - timedelta(minutes=due.minutes)) < A_MINUTE,
        around=_around(db, case, stored, parent, policy, viewer, unheard),
        opinions=opinions.of_comment(db, stored.key) if tells_all else [],
        queue=policy.queue,
        instead=_instead(db, case, viewer),
    )


def _instead(db: Connection, case: Case, viewer: Viewer) -> int | None:
    if case.is_open:
        return None
    if case.not_for == viewer.moderator:
        is_theirs_to_know = viewer.is_lead
    else:
        waiting = cases.open_of(db, case.site, case.comment_key)
        is_theirs_to_know = (
            waiting is None or waiting.kind != SECOND or waiting.not_for == viewer.moderator
        )
    if is_theirs_to_know:
        return None
    newest = context.newest_case(db, case.comment_key, reader=viewer.moderator)
    return newest if newest != case.id else None


def _as_if_held(
    db: Connection, case: Case, about: Recorded, judged: list[Recorded], names: dict[int, str]
) -> tuple[Recorded, list[Recorded]]:
    """Give the decision that a case is about, as if it had held, and the decisions that are shown.

    Of those after it, it is the opinion that was given on the case, as if that were in force.
    """
    held = replace(
        about,
        action=Action.HOLD,
        reasons=unmarked(case.kind, about.reasons, about.scores),
        decided_at=case.opened_at,
    )
    shown = [each for each in judged if each.position < about.position] + [held]
    opinion = None if case.is_open else opinions.of_case(db, case.id)
    if opinion is None:
        return held, shown
    action = Action[opinion.action.upper()]
    code = acts.code_on(db, case.id) or ""
    given = replace(
        about,
        position=NOWHERE,
        action=action,
        reasons=(Reason(Signal(code), action),) if code else (),
        decided_by=MODERATOR,
        decided_at=opinion.given_at,
    )
    names[NOWHERE] = colleagues.name(db, opinion.moderator) or ""
    return held, [*shown, given]


def _around(
    db: Connection,
    case: Case,
    stored: Stored,
    parent: Parent | None,
    policy: Policy,
    viewer: Viewer,
    unheard: tuple[datetime, datetime] | None,
) -> Around:
    site, key, author, reader = case.site, stored.key, stored.author, viewer.moderator
    siblings = (
        context.answers(db, site, parent.id, but=key, limit=context.SIBLINGS, reader=reader)
        if parent
        else context.before(db, site, stored.article, stored.received_at, but=key, reader=reader)
    )
    return Around(
        answered=context.answered(db, site, parent, reader=reader),
        siblings=siblings,
        replies=context.answers(db, site, stored.id, but=key, limit=context.REPLIES, reader=reader),
        latest=context.latest_of(db, site, author, but=key, reader=reader),
        record=context.record_of(db, site, author, but=key, reader=reader),
        alike=context.alike(
            db,
            site,
            key,
            least=policy.limits.repeat_similarity,
            moderator=reader,
            is_lead=viewer.is_lead,
            now=viewer.now,
        ),
        reports=reports.of_comment(db, key, REPORTS_SHOWN),
        notes=[
            note
            for note in notes.of_comment(db, key, reader=reader)
            if unheard is None or not unheard[0] < note.written_at < unheard[1]
        ],
    )
