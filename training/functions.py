"""How well abuse is stopped and fair speech let through, function by function.

After HateCheck (Röttger et al., 2021), https://arxiv.org/abs/2012.15606. A case is right when abuse
is held or rejected, and when fair speech is approved. Every share is of [0, 1]; higher is better.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modsvc.core.comment import Comment
from modsvc.core.decision import Action
from modsvc.core.labels import LABELS
from modsvc.core.policy import Policy
from modsvc.core.screening import Scorer, screen_many
from training.casebook import Case, Pair

Figures = dict[str, Any]
HALVES = ("tuned", "kept")


def bands_of(policy: Policy) -> dict[str, float]:
    """Return from which score on each label holds a comment; labels that never do are left out."""
    holds = {label: policy.bands[label].hold for label in LABELS if label in policy.bands}
    return {label: hold for label, hold in holds.items() if hold is not None}


def stopped_by_scores(scores: NDArray[np.float64], bands: Mapping[str, float]) -> NDArray[np.bool_]:
    """Say which rows any label would hold; scores have shape (n, n_labels), in LABELS' order."""
    lowest = np.array([bands.get(label, np.inf) for label in LABELS])
    return np.asarray((scores >= lowest).any(axis=1))


def stopped_by_screening(
    comments: Sequence[Comment], scorer: Scorer, policy: Policy
) -> NDArray[np.bool_]:
    """Say which comments the service itself, rules and context included, would not approve."""
    decisions = screen_many(comments, scorer=scorer, policy=policy)
    return np.array([each.action > Action.APPROVE for each in decisions])


def judge(cases: Sequence[Case], stopped: Sequence[bool] | NDArray[np.bool_]) -> Figures:
    """Return for each function, and for `all abuse` and `all fair`, the share right of each half.

    An entry has `abusive`, and for `tuned` and `kept` how many cases (`n`) and the share `right`.
    """
    right = [
        bool(is_stopped) == case.abusive for case, is_stopped in zip(cases, stopped, strict=True)
    ]
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for i, case in enumerate(cases):
        groups[case.id.partition("/")[0]].append(i)
    for i, case in enumerate(cases):
        groups["all abuse" if case.abusive else "all fair"].append(i)
    return {
        name: {
            "abusive": cases[members[0]].abusive,
            **_halves([(cases[i].kept, right[i]) for i in members]),
        }
        for name, members in groups.items()
    }


def strengths(scores: NDArray[np.float64], bands: Mapping[str, float]) -> NDArray[np.float64]:
    """Return how near each row's worst label comes to its band, shape (n,); 1 is at the band."""
    holds = [bands.get(label, np.inf) for label in LABELS]
    return np.asarray((scores / np.array(holds)).max(axis=1))


def judge_pairs(
    pairs: Sequence[Pair],
    in_context: Sequence[bool] | NDArray[np.bool_],
    by_itself: Sequence[bool] | NDArray[np.bool_],
) -> Figures:
    """Return for each kind of context, and for `all`, the share right with and without it.

    The two say which pairs are stopped in each form. An entry has `tuned` and `kept`, in context;
    `alone`, the same without it, of the pairs that can be judged so; and `harmed`, how many of
    those are right alone and wrong in context: 0 is good.
    """
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for i, pair in enumerate(pairs):
        groups[pair.id.partition("/")[0]].append(i)
    groups["all"] = list(range(len(pairs)))
    figures: Figures = {}
    for name, members in groups.items():
        right = {i: bool(in_context[i]) == pairs[i].abusive for i in members}
        alone = {
            i: bool(by_itself[i]) == pairs[i].alone for i in members if pairs[i].alone is not None
        }
        figures[name] = {
            **_halves([(pairs[i].kept, right[i]) for i in members]),
            "alone": _halves([(pairs[i].kept, alone[i]) for i in alone]),
            "harmed": sum(alone[i] and not right[i] for i in alone),
        }
    return figures


def _halves(found: Sequence[tuple[bool, bool]]) -> Figures:
    """Return how many were kept and not, and the share right of each; None where there are none."""
    return {
        half: {
            "n": len(chosen := [right for kept, right in found if kept == (half == "kept")]),
            "right": sum(chosen) / len(chosen) if chosen else None,
        }
        for half in HALVES
    }
