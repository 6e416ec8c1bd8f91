"""A comment that somebody makes up, to see what would become of it. Nothing of it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from modsvc.core.comment import MAX_BODY_CHARS, Article, Author, Comment, Parent
from modsvc.core.facts import CLOSED, NORMAL, PREMODERATE, RECORD, STRICT, Facts, Record
from modsvc.core.policy import Policy
from modsvc.core.screening import Seen
from modsvc.web.policy import naming
from modsvc.web.policy.blueprint import UNPROCESSABLE, desk, edit, now
from modsvc.web.visitors import for_moderators
from modsvc.web.wording import counted

TRIED = "tried"
# An ordinary reader, of whom nothing is to be said.
USUAL: Mapping[str, str] = {"age_days": "30", "approved": "5", "rejected": "0", "mode": NORMAL}
COUNTS = ("age_days", "approved", "rejected")
MAX_COUNT_CHARS = 6
MODE_NAMES: Mapping[str, str] = {
    NORMAL: lazy_gettext("as usual"),
    STRICT: lazy_gettext("strict"),
    PREMODERATE: lazy_gettext("read first"),
    CLOSED: lazy_gettext("closed"),
}

# Moderators may try too: it changes nothing.
bp = Blueprint("policy_try", __name__, url_prefix="/policy/try")
for_moderators(bp)


@dataclass(frozen=True, slots=True)
class Tried:
    """What was typed, and what is wrong with it by the fields' names."""

    typed: Mapping[str, str]
    mistakes: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, form: Mapping[str, str]) -> Tried:
        """Read the form."""
        fields = ("body", *COUNTS, "section", "mode", "is_reply")
        typed = {name: form.get(name, "").replace("\r\n", "\n") for name in fields}
        mistakes = {}
        if not 0 < len(typed["body"]) <= MAX_BODY_CHARS or "\0" in typed["body"]:
            mistakes["body"] = _(
                "Write a comment of 1 to %(most)s characters.", most=counted(MAX_BODY_CHARS)
            )
        for name in COUNTS:
            number = typed[name].strip() or "0"
            if not (number.isascii() and number.isdigit() and len(number) <= MAX_COUNT_CHARS):
                mistakes[name] = _("This is a whole number, 0 or more.")
        if typed["mode"] not in MODE_NAMES:
            mistakes["mode"] = _("Choose one of the modes.")
        return cls(typed, mistakes)

    def __getitem__(self, name: str) -> str:
        """Give what was typed into a field."""
        return self.typed.get(name, "")

    @property
    def comment(self) -> Comment:
        """The comment as a site would have sent it."""
        return Comment(
            TRIED,
            self["body"],
            Article(TRIED, section=self["section"]),
            Author(TRIED),
            parent=Parent(TRIED) if self["is_reply"] else None,
        )

    @property
    def facts(self) -> Facts:
        """What is to be taken as known of it."""
        approved, rejected, age_days = (
            int(self[name].strip() or 0) for name in ("approved", "rejected", "age_days")
        )
        approved, rejected = min(approved, RECORD), min(rejected, RECORD)
        record = Record(min(approved + rejected, RECORD), approved, rejected)
        return Facts(
            at=now(),
            section=self["section"],
            mode=self["mode"],
            age_days=age_days,
            record=record,
        )


@bp.get("")
def show() -> ResponseReturnValue:
    """Show the form."""
    return _page(Tried(USUAL))


@bp.post("")
def judge() -> ResponseReturnValue:
    """Say what would become of the comment, by the draft and by what is in force."""
    tried = Tried.read(request.form)
    if tried.mistakes:
        return _page(tried), UNPROCESSABLE
    here = desk()
    in_force = _judged(here.judging, tried)
    by_draft = _judged(here.policy, tried) if here.is_draft and here.policy else None
    return _page(tried, in_force=in_force, by_draft=by_draft, draft_fails=here.problem is not None)


def _judged(policy: Policy, tried: Tried) -> Seen:
    return edit().try_on(policy, [tried.comment], tried.facts)[0]


def _page(
    tried: Tried,
    *,
    in_force: Seen | None = None,
    by_draft: Seen | None = None,
    draft_fails: bool = False,
) -> str:
    seen = by_draft or in_force
    before = in_force if by_draft else None
    return render_template(
        "policy_try.html",
        tried=tried,
        seen=seen,
        before=before,
        before_of={r.signal.code: r.action for r in before.noticed} if before else {},
        draft_fails=draft_fails,
        modes=MODE_NAMES,
        max_chars=MAX_BODY_CHARS,
        naming=naming,
    )
