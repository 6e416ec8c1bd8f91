"""What the templates are told about a case."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from flask import current_app, g

from modsvc.core.decision import Reason
from modsvc.core.personal import find_personal
from modsvc.core.review import APPROVAL, REJECTIONS
from modsvc.core.severity import covered, is_severe
from modsvc.services.case_file import CaseFile
from modsvc.services.work_on_case import MAX_NOTE_CHARS
from modsvc.store.context import Said
from modsvc.web import exposure
from modsvc.web.keys import DOES, ON_CASE
from modsvc.web.preferences import AUTHOR, hides_author, is_lead, preferences

# What is kept back until it is asked for; the log says so by these names.
PERSONAL = "personal"
NOTHING: frozenset[str] = frozenset()


def open_case(case_id: int) -> CaseFile:
    """Give the case as the visitor may see it.

    Raises
    ------
    NotFound
        The site has no such case.
    """
    review = current_app.extensions["modsvc"].review_case
    file: CaseFile = review.open(g.site, case_id, moderator=g.visitor.id, is_lead=is_lead())
    return file


def severe(file: CaseFile) -> bool:
    """Tell whether the case is a severe one, under the site's policy."""
    return is_severe(file.about.reasons, file.queue)


def facts(file: CaseFile, shown: frozenset[str] = NOTHING) -> dict[str, object]:
    """Give what the templates are told about a case; what is kept back only if `shown`."""
    case, liking = file.case, preferences()
    held = file.claimed_by_name is not None
    is_own = case.not_for == g.visitor.id
    is_left = not is_own and case.is_left_to(g.visitor.id, is_lead=is_lead())
    mine = held and is_left and case.claimed_by == g.visitor.id
    is_hidden = hides_author(waits=case.is_open)
    masks = covered(liking.blurred, file.queue)
    reasons = file.about.reasons if file.spans_fit else ()
    service = current_app.extensions["modsvc"]
    return {
        "file": file,
        "case": case,
        "around": file.around,
        # Spans count in the text that was judged: an edit that comes in between has its own.
        "reasons": reasons,
        "spans_fit": file.spans_fit,
        "masks": masks,
        "hard": [reason for reason in reasons if reason.signal.code in masks],
        "has_masks": any(r.signal.code in masks for r in (*reasons, *_beside(file))),
        "revealed": PERSONAL in shown,
        "personal": any(map(find_personal, _told(file))),
        "author_hidden": is_hidden and AUTHOR not in shown,
        "author_asked": is_hidden and AUTHOR in shown,
        "also": sorted(shown),
        "mine": mine,
        # It looks at what the visitor decided themselves.
        "is_own": is_own,
        # Whoever may claim it, and whoever may hand it on: that takes nobody else reading it.
        "claimable": is_left,
        "workable": case.is_open and is_left and (mine or not held),
        "together": [each for each in file.around.alike if each.open_case is not None],
        "form": secrets.token_hex(16),
        "colleagues": service.work_on_case.colleagues(g.site),
        "is_lead": is_lead(),
        "keys": liking.keymap,
        "key_names": {name: does for name, does in DOES.items() if name in ON_CASE},
        "now": service.now(),
        "approval": APPROVAL,
        "rejections": REJECTIONS,
        "max_note_chars": MAX_NOTE_CHARS,
        "exposure": exposure.current(),
        "nudge": exposure.nudge(),
    }


def _beside(file: CaseFile) -> Iterator[Reason]:
    """Give the reasons of the comments that stand around."""
    for said in _others(file):
        yield from said.reasons


def _others(file: CaseFile) -> Iterator[Said]:
    around = file.around
    yield from (*around.answered, *around.siblings, *around.replies, *around.latest)
    yield from (each.said for each in around.alike)


def _told(file: CaseFile) -> Iterator[str]:
    """Give all that strangers wrote on the page, in which somebody's data may be."""
    yield from (file.body, file.author.name or "", file.author.id)
    if file.parent:
        yield file.parent.body
    around = file.around
    for said in _others(file):
        yield from (said.body, said.author_name, said.author)
    for kept in around.reports:
        yield from (kept.report.reason, kept.report.text)
    for note in around.notes:
        yield note.text
