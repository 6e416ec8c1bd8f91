"""What a moderator may do to a case, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from modsvc.core.decision import Action, Decision, Reason
from modsvc.core.labels import LABELS
from modsvc.core.policy import Queue
from modsvc.core.signals import Signal

# Why a moderator may reject, in the order the page offers them.
REJECTIONS: dict[str, str] = {
    "moderator.abuse": "Abusive or insulting",
    "moderator.hate": "Hateful towards a group",
    "moderator.threat": "Threatening",
    "moderator.spam": "Spam or advertising",
    "moderator.off_topic": "Off topic",
    "moderator.unlawful": "Unlawful",
    "moderator.other": "Something else",
}
APPROVAL = "moderator.approved"
# Of a range of scores of which a lead read some: nobody may have read this one.
RELEASE = "moderator.released"
# What a moderator's undoing leaves: the comment waits again.
UNDONE = "moderator.undone"
# Why a case was opened: the comment was held, or a moderator's or the policy's decision is looked
# at once more by somebody who does not know of it.
HELD, SECOND, SAMPLE = KINDS = ("held", "second", "sample")


def moderators_decision(
    code: str, *, policy_version: str, scores: Mapping[str, float], model_version: str | None
) -> Decision:
    """Give the decision that a moderator's choice amounts to.

    Parameters
    ----------
    code : str
        APPROVAL, RELEASE, or one of REJECTIONS.
    scores, model_version
        What the classifier had said, and which; they stay with the comment.

    Raises
    ------
    ValueError
        `code` is none of these.
    """
    if code in (APPROVAL, RELEASE):
        action = Action.APPROVE
    elif code in REJECTIONS:
        action = Action.REJECT
    else:
        raise ValueError(f"{code!r} is no reason a moderator can give")
    return _by_moderator(code, action, policy_version, scores, model_version)


def undone(
    action: Action,
    *,
    policy_version: str,
    scores: Mapping[str, float],
    model_version: str | None,
) -> Decision:
    """Give the decision that is left when a moderator undoes theirs: what was in force before."""
    return _by_moderator(UNDONE, action, policy_version, scores, model_version)


def _by_moderator(
    code: str,
    action: Action,
    policy_version: str,
    scores: Mapping[str, float],
    model_version: str | None,
) -> Decision:
    reasons = (Reason(Signal(code), action),)
    return Decision(action, reasons, policy_version, scores=scores, model_version=model_version)


@dataclass(frozen=True, slots=True)
class Weight:
    """How much a held comment calls for a person, and why; each in [0, 1].

    `severity` is the strength of the classifier's strongest reason, `doubt` how little its
    strongest score says, and `reach` how many people wait for the comment or have read it.
    """

    severity: float
    doubt: float
    reach: float

    def share(self, queue: Queue) -> float:
        """Give the share of the promised time that is left to it."""
        return (1 - self.severity) * (1 - queue.doubt * self.doubt) * (1 - queue.reach * self.reach)


def weight(decision: Decision, queue: Queue, *, was_printed: bool = False) -> Weight:
    """Weigh a decision that holds; `was_printed` says that it stood on the site before."""
    strongest = max(decision.scores.values(), default=None)
    # Half as busy is still usual: or each comment would be due before the one it follows.
    busy = 2.0 * decision.facts.on_article / queue.busy_article - 1.0
    return Weight(
        severity=worst(decision.reasons),
        # Nobody knows the least of what has no scores.
        doubt=1.0 if strongest is None else 1.0 - abs(2.0 * strongest - 1.0),
        reach=1.0 if was_printed else min(1.0, max(0.0, busy)),
    )


def worst(reasons: Iterable[Reason]) -> float:
    """Give the strength of the classifier's strongest reason, 0 where it gave none."""
    strengths = (r.signal.strength for r in reasons if r.signal.code in LABELS)
    return max(strengths, default=0.0)


def due_at(
    decision: Decision, queue: Queue, now: datetime, *, was_printed: bool = False
) -> datetime:
    """Say when somebody should have looked at a held comment.

    Urgent signals are due at once. The promised time is otherwise shortened by what the comment
    weighs: at strength 0.9 a tenth of it is left, and of that less where scores leave it open or
    many wait for it.
    """
    if any(reason.signal.code in queue.urgent for reason in decision.reasons):
        return now
    share = weight(decision, queue, was_printed=was_printed).share(queue)
    return now + timedelta(minutes=queue.promised_minutes) * share


@dataclass(frozen=True, slots=True)
class WhyDue:
    """What makes a case due when it is: of the promised time, which shares are taken off for what.

    `urgent` is the code that is due at once. Each share is of what the one before has left.
    """

    promised_minutes: int
    urgent: str | None
    severity: float
    doubt: float
    reach: float
    minutes: float


def why_due(decision: Decision, queue: Queue, *, was_printed: bool = False) -> WhyDue:
    """Explain `due_at`: the two say the same of the same."""
    urgent = next((r.signal.code for r in decision.reasons if r.signal.code in queue.urgent), None)
    by = weight(decision, queue, was_printed=was_printed)
    return WhyDue(
        queue.promised_minutes,
        urgent,
        by.severity,
        queue.doubt * by.doubt,
        queue.reach * by.reach,
        0.0 if urgent else queue.promised_minutes * by.share(queue),
    )


def unmarked(
    kind: str, reasons: Sequence[Reason], scores: Mapping[str, float]
) -> tuple[Reason, ...]:
    """Give what is shown as the reasons of an open case: of every kind such as a held one has.

    What is looked at once more may have been rejected, or approved for want of any reason.
    """
    if kind == HELD:
        return tuple(reasons)
    if not reasons and scores:
        label = max(scores, key=lambda name: scores[name])
        return (Reason(Signal(label, scores[label]), Action.HOLD),)
    return tuple(Reason(r.signal, min(r.action, Action.HOLD)) for r in reasons)


class Sampler:
    """Says which decisions another looks at: a share of them that nobody outside can foresee.

    Parameters
    ----------
    secret : str
        The installation's; the same decision is always or never chosen by it.
    """

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def takes(self, site: str, position: int, share: float) -> bool:
        """Tell whether a decision, by its place in the site's log, is among the share."""
        if share <= 0.0:
            return False
        digest = blake2b(f"{site}\0{position}".encode(), key=self._secret[:64], digest_size=8)
        return int.from_bytes(digest.digest()) < share * 2**64
