"""What an editor's expressions may ask for, each fact by its name."""

from __future__ import annotations

from collections.abc import Callable

from modsvc.core.comment import Subject
from modsvc.core.labels import LABELS
from modsvc.core.policy import Policy
from modsvc.core.rules.emoji import EMOJI
from modsvc.core.rules.repeats import likes_by_author, likes_by_others

Value = Callable[[Subject, Policy], object]

VALUES: dict[str, Value] = {
    **{f"score.{label}": (lambda s, _, label=label: s.scores.get(label)) for label in LABELS},  # type: ignore[misc]  # mypy cannot see the default's type.
    "links": lambda s, _: len(s.links),
    "chars": lambda s, _: len(s.text.raw),
    "words": lambda s, _: len(s.text.raw.split()),
    "letters": lambda s, _: sum(map(str.isalpha, s.text.raw)),
    "emoji": lambda s, _: len(EMOJI.findall(s.text.raw)),
    "capitals": lambda s, _: _capitals(s.text.raw),
    "language": lambda s, _: s.facts.language,
    "is_reply": lambda s, _: s.comment.parent is not None,
    "is_edit": lambda s, _: s.facts.is_edit,
    "author.age_days": lambda s, _: s.facts.age_days,
    "author.comments": lambda s, _: s.facts.record.comments,
    "author.approved": lambda s, _: s.facts.record.approved,
    "author.rejected": lambda s, _: s.facts.record.rejected,
    "author.approval_rate": lambda s, p: p.trust.approval_rate(s.facts.record),
    "author.is_trusted": lambda s, p: (
        s.comment.author.id in p.trust.staff or p.trust.has_earned(s.facts.record)
    ),
    "author.last_minute": lambda s, _: s.facts.by_author.minute,
    "author.last_hour": lambda s, _: s.facts.by_author.hour,
    "author.repeats": lambda s, p: len(likes_by_author(s.facts, p.limits)),
    "others.repeats": lambda s, p: len(likes_by_others(s.facts, p.limits)),
    "article.id": lambda s, _: s.comment.article.id,
    "article.section": lambda s, _: s.facts.section or s.comment.article.section,
    "article.mode": lambda s, _: s.facts.mode,
    "article.last_minute": lambda s, _: s.facts.on_article,
    "address.last_minute": lambda s, _: s.facts.from_address.minute,
    "address.last_hour": lambda s, _: s.facts.from_address.hour,
    "reports": lambda s, _: s.facts.reports,
}
_OF_THE_STORE = frozenset(
    name
    for name in VALUES
    if name.startswith(("author.", "others.", "address."))
    or name in ("article.last_minute", "is_edit", "reports")
)


def value_of(subject: Subject, policy: Policy) -> Callable[[str], object]:
    """Give what tells a fact by its name; None for one that is not known."""
    facts = subject.facts
    # What nobody was asked, or nobody could answer, is not 0.
    kept_back = _OF_THE_STORE if facts.at is None or not facts.complete else frozenset[str]()
    return lambda name: None if name in kept_back else VALUES[name](subject, policy)


def _capitals(raw: str) -> float:
    capitals = sum(map(str.isupper, raw))
    cased = capitals + sum(map(str.islower, raw))
    return capitals / cased if cased else 0.0
