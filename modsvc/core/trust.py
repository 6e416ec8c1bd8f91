"""Trust: whom a site lets off what it would hold others for, and how that is earned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from modsvc.core.decision import Decision
from modsvc.core.facts import Record


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom a site trusts, and how far: a cap is the most that a signal of that code is worth.

    `staff` are ids of authors. Others earn trust by a record whose smoothed rate of approval is
    `earned_rate` or more. It is smoothed as if `prior_comments` more had been judged, of which
    `prior_rate` were approved: so few comments say little, and many say what they are.
    """

    staff: frozenset[str]
    prior_comments: int
    prior_rate: float
    earned_rate: float
    staff_caps: Mapping[str, float]
    earned_caps: Mapping[str, float]

    def approval_rate(self, record: Record) -> float:
        """Give the smoothed share, in (0, 1), of an author's judged comments that were approved."""
        judged = record.approved + record.rejected
        prior = self.prior_rate * self.prior_comments
        return (record.approved + prior) / (judged + self.prior_comments)

    def caps(self, author: str, record: Record) -> Mapping[str, float]:
        """Give the caps that hold for an author; empty for one who is not trusted."""
        if author in self.staff:
            return self.staff_caps
        return self.earned_caps if self.has_earned(record) else {}

    def has_earned(self, record: Record) -> bool:
        """Tell whether a record is good enough to be trusted for; none at all is not."""
        return record.approved > 0 and self.approval_rate(record) >= self.earned_rate


def says_of_author(decision: Decision) -> bool:
    """Tell whether what becomes of a comment says something of whoever wrote it.

    That an article takes no comments any more does not.
    """
    called_for = {r.signal.code for r in decision.reasons if r.action is decision.action}
    return called_for != {"article.closed"}
