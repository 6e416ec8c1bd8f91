"""Bands from stated risks: where to hold and where to reject, with a confidence bound behind it.

The risks stand in `training/targets.toml`. Two of them are promises about what a machine decides
alone: of the comments it approves at most so many are abusive, and of those it rejects at least so
many. A threshold picked because it looks good on some rows is worse on others, so each is picked by
fixed-sequence testing: thresholds of a grid laid out beforehand are tried from the safest on, each
must keep the promise by a Clopper-Pearson bound, and the first that does not ends the walk. Picking
the last that passed then costs nothing of the confidence; after Angelopoulos et al., Learn then
Test, https://arxiv.org/abs/2110.01052.

The rarer labels have too few rows for a promise of their own. Their scores are calibrated, so their
bands are stated as odds: "held where one in ten would be a threat".
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modsvc.core.labels import LABELS
from training.measures import Array, lower_bound, upper_bound

# Plain numbers, so that the policy can hold exactly what was tested.
GRID = np.round(np.arange(0.005, 1.0, 0.005), 3)
HELD_FOR_ABUSE = ("toxicity", "insult")
# Toxicity alone rejects nothing: coarse words and hot subjects count for it where nobody is hurt.
REJECTED_FOR_ABUSE = ("severe_toxicity", "insult")
# A walk begins where it could survive so many comments that go against the promise: with fewer, the
# first such comment would end it; with many more, the safest thresholds would be passed over.
_BEARABLE = 1


@dataclass(frozen=True, slots=True)
class Edge:
    """Where a band begins, and what that rests on.

    Attributes
    ----------
    at
        The threshold; None if no threshold could be shown to keep the promise.
    promise
        The promise, in words.
    comments, abusive
        How many comments lie on this side of `at`, and how many of them are abusive (or are what
        the label says): the counts behind `bound`. At no threshold, those of the first one tried.
    bound
        What can be said of the share of abusive ones with the stated confidence; None for odds.
    """

    at: float | None
    promise: str
    comments: int
    abusive: int
    bound: float | None = None


@dataclass(frozen=True, slots=True)
class Bands:
    """The derived edges for each label, on how many labelled comments, with how many abusive."""

    hold: Mapping[str, Edge]
    reject: Mapping[str, Edge]
    comments: int
    abusive: int
    enough: bool

    def as_json(self) -> dict[str, Any]:
        """Return what the manifest records."""
        return asdict(self)

    @classmethod
    def from_json(cls, recorded: Mapping[str, Any]) -> Bands:
        """Read what a manifest records."""
        sides = {
            side: {label: Edge(**edge) for label, edge in recorded[side].items()}
            for side in ("hold", "reject")
        }
        return cls(**{**recorded, **sides})

    def numbers(self, label: str) -> dict[str, float]:
        """Return the label's line in a policy: hold, reject, either or none."""
        sides = {"hold": self.hold.get(label), "reject": self.reject.get(label)}
        return {side: edge.at for side, edge in sides.items() if edge and edge.at is not None}


def derive(
    scores: Array,
    targets: Array,
    verdicts: Array,
    natural: NDArray[np.bool_],
    risks: Mapping[str, Any],
) -> Bands:
    """Derive the bands of every label from comments that nothing was fitted on.

    Parameters
    ----------
    scores, targets
        Shape (n_rows, n_labels) and at least as many columns, in the order of LABELS.
    verdicts
        Whether a moderator would act, shape (n_rows,): what "abusive" means.
    natural
        Which rows belong to a random sample, shape (n_rows,). The others are not looked at.
    risks
        The table `[risks]` of targets.toml.
    """
    sample = natural & ~np.isnan(verdicts)
    scores, targets, abusive = scores[sample], targets[sample], verdicts[sample] == 1
    confidence = risks["confidence"]
    one_in = {label: 1 / n for label, n in risks["one_in"].items()}
    hold = {label: _odds(scores, targets, label, at) for label, at in one_in.items()}
    # The bands that are stated stand already when the one that is looked for is tried.
    together = _hold_edge(
        np.where(_any_reaches(scores, one_in), 1.0, _top(scores, HELD_FOR_ABUSE)),
        abusive,
        risks["approved_abusive"],
        confidence,
    )
    hold |= dict.fromkeys(HELD_FOR_ABUSE, together)
    ordinary = scores[targets[:, _column("spam")] != 1, _column("spam")]
    hold["spam"] = _alarm_edge(ordinary, risks["ordinary_held_as_spam"], confidence)
    rejected = _reject_edge(
        _top(scores, REJECTED_FOR_ABUSE),
        abusive,
        risks["rejected_abusive"],
        confidence,
        least=risks["rejected_from"],
    )
    return Bands(
        {label: hold[label] for label in LABELS if label in hold},
        dict.fromkeys(REJECTED_FOR_ABUSE, rejected),
        comments=len(abusive),
        abusive=int(abusive.sum()),
        enough=int(abusive.sum()) >= risks["least_abusive"],
    )


def delivered(
    bands: Bands,
    scores: Array,
    targets: Array,
    verdicts: Array,
    natural: NDArray[np.bool_],
    risks: Mapping[str, Any],
) -> dict[str, Any]:
    """Return what the bands come to on other comments, given as to `derive`.

    "Found" is the share of each label's comments that are not approved, with a lower bound: the
    rarer the label, the further that lies below.
    """
    sample = natural & ~np.isnan(verdicts)
    scores, targets, abusive = scores[sample], targets[sample], verdicts[sample] == 1
    held, rejected = (_any_reaches(scores, _edges(side)) for side in (bands.hold, bands.reject))
    approved = ~held & ~rejected
    found = {}
    for label in LABELS:
        there = targets[:, _column(label)] == 1
        n, k = int(there.sum()), int((there & ~approved).sum())
        if n:
            bound = lower_bound(k, n, risks["confidence"])
            found[label] = {"labels": n, "share": k / n, "at_least": bound}
    return {
        "comments": len(abusive),
        "abusive": int(abusive.sum()),
        "approved": float(approved.mean()),
        "rejected": float(rejected.mean()),
        "needs_person": float((held & ~rejected).mean()),
        "abusive_among_approved": _share(abusive, approved),
        "abusive_among_rejected": _share(abusive, rejected),
        "found": found,
    }


def _hold_edge(scores: Array, truth: NDArray[np.bool_], at_most: float, confidence: float) -> Edge:
    """Walk up from where half of the comments are approved to the last that keeps the promise."""
    fewest = max(len(scores) // 2, _fewest(at_most, confidence))
    walk = (float(t) for t in GRID if (scores < t).sum() >= fewest)

    def look(at: float) -> tuple[int, int, float, bool]:
        below = scores < at
        n, k = int(below.sum()), int((below & truth).sum())
        bound = upper_bound(k, n, confidence)
        return n, k, bound, bound <= at_most

    return _walk(walk, look, f"of approved comments at most {at_most:.3g} are abusive")


def _reject_edge(
    scores: Array, truth: NDArray[np.bool_], at_least: float, confidence: float, least: float
) -> Edge:
    """Walk down from the highest threshold with enough comments above it, to `least`."""
    fewest = _fewest(1 - at_least, confidence)
    walk = (float(t) for t in GRID[::-1] if t >= least and (scores >= t).sum() >= fewest)

    def look(at: float) -> tuple[int, int, float, bool]:
        above = scores >= at
        n, k = int(above.sum()), int((above & truth).sum())
        bound = lower_bound(k, n, confidence)
        return n, k, bound, bound >= at_least

    return _walk(walk, look, f"of rejected comments at least {at_least:.3g} are abusive")


def _alarm_edge(ordinary: Array, at_most: float, confidence: float) -> Edge:
    """Walk down from the highest threshold while few ordinary comments reach it."""

    def look(at: float) -> tuple[int, int, float, bool]:
        k = int((ordinary >= at).sum())
        bound = upper_bound(k, len(ordinary), confidence)
        return len(ordinary), k, bound, bound <= at_most

    walk = (float(t) for t in GRID[::-1])
    return _walk(walk, look, f"of ordinary comments at most {at_most:.3g} are held as spam")


def _walk(thresholds: Iterable[float], look: Any, promise: str) -> Edge:
    best = first = None
    for at in thresholds:
        n, k, bound, kept = look(at)
        first = first or Edge(None, promise, n, k, bound)
        if not kept:
            break
        best = Edge(at, promise, n, k, bound)
    return best or first or Edge(None, promise, 0, 0)


def _odds(scores: Array, targets: Array, label: str, at: float) -> Edge:
    reached = scores[:, _column(label)] >= at
    there = reached & (targets[:, _column(label)] == 1)
    promise = f"one in {1 / at:.0f} of the comments at this score is what the label says"
    return Edge(round(at, 3), promise, int(reached.sum()), int(there.sum()))


def _fewest(share: float, confidence: float) -> int:
    """Return how few comments could keep a promise with _BEARABLE of them against it."""
    n = math.ceil(math.log(1 - confidence) / math.log(1 - share))
    while upper_bound(_BEARABLE, n, confidence) > share:
        n += 1
    return n


def _edges(edges: Mapping[str, Edge]) -> dict[str, float]:
    return {label: edge.at for label, edge in edges.items() if edge.at is not None}


def _any_reaches(scores: Array, thresholds: Mapping[str, float]) -> NDArray[np.bool_]:
    reached = np.zeros(len(scores), bool)
    for label, at in thresholds.items():
        reached |= scores[:, _column(label)] >= at
    return reached


def _top(scores: Array, labels: Iterable[str]) -> Array:
    top: Array = scores[:, [_column(label) for label in labels]].max(axis=1)
    return top


def _share(truth: NDArray[np.bool_], among: NDArray[np.bool_]) -> float | None:
    return float(truth[among].mean()) if among.any() else None


def _column(label: str) -> int:
    return list(LABELS).index(label)
