"""Whether a scorer judges the comment or the people it names.

`score` is any function of n texts to scores of shape (n, n_labels), in the order of LABELS, so that
other classifiers can be measured on the same rows. Where a decision is needed, `bands` says from
which score on each label a comment is held.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from modsvc.core.identity import swaps
from modsvc.core.labels import LABELS
from training.casebook import FOLDER, TEMPLATES, read_toml
from training.functions import stopped_by_scores
from training.mentions import groups_named
from training.slots import GROUPS

Figures = dict[str, Any]
Score = Callable[[Sequence[str]], NDArray[np.float64]]
Bands = Mapping[str, float]

# Fewer rows than this of either kind make an area under a curve an anecdote.
MIN_ROWS = 20
# The exponent of Jigsaw's competition on unintended bias: the worst groups weigh most.
_POWER = -5


def subgroup_figures(
    texts: Sequence[str], target: NDArray[np.float64], scores: NDArray[np.float64]
) -> Figures:
    """Return how well abuse is told apart within, towards and away from each group and kind.

    `target` is 0, 1 or NaN for unknown and `scores` one label's, both (n_texts,). After Borkan et
    al. (2019), https://arxiv.org/abs/1903.04561; all are AUCs, .5 is chance and 1 the best:

    - `subgroup_auc`: among comments that name the group. Low: they are judged badly.
    - `bpsn_auc`: fair comments that name it against abuse that does not. Low: naming it is
      punished.
    - `bnsp_auc`: abuse that names it against fair comments that do not. Low: abuse of it is missed.

    Groups are named as `faith: jewish`, their kinds as `faith`: naming any of them. `power_mean`
    averages each over all entries, the worst weighing most; `worst` names the lowest. Whatever has
    fewer than MIN_ROWS abusive or fair comments, or leaves as few, is left out.
    """
    named = [
        groups | {group.partition(":")[0] for group in groups}
        for groups in map(groups_named, texts)
    ]
    abusive, fair = target == 1, target == 0
    groups: Figures = {}
    for group in sorted(set().union(*named)):
        inside = np.array([group in each for each in named])
        parts = [side & kind for side in (inside, ~inside) for kind in (abusive, fair)]
        if min(int(part.sum()) for part in parts) < MIN_ROWS:
            continue
        own_abusive, own_fair, other_abusive, other_fair = (scores[part] for part in parts)
        groups[group] = {
            "abusive": len(own_abusive),
            "fair": len(own_fair),
            "subgroup_auc": _auc(own_abusive, own_fair),
            "bpsn_auc": _auc(other_abusive, own_fair),
            "bnsp_auc": _auc(own_abusive, other_fair),
        }
    measures = ("subgroup_auc", "bpsn_auc", "bnsp_auc") if groups else ()
    values = {m: np.array([figures[m] for figures in groups.values()]) for m in measures}
    return {
        "groups": groups,
        "power_mean": {m: _power_mean(v) for m, v in values.items()},
        "worst": {m: list(groups)[int(v.argmin())] for m, v in values.items()},
    }


def template_figures(score: Score, bands: Bands, label: str = "toxicity") -> Figures:
    """Return how the sentences of `templates.toml` fare, each about every group.

    - `false_alarms`: share of fair sentences held, in [0, 1]; 0 is good.
    - `spread`: that share for the group with most, less that for the group with fewest; 0 is good.
    - `distance`: how far each group's share lies from the mean, summed; the false-positive equality
      difference of Dixon et al. (2018), https://doi.org/10.1145/3278721.3278729; 0 is good.
    - `missed`: share of abusive sentences that are not held; 0 is good.
    - `auc`: of the label, abusive against fair sentences over all groups, and `worst_auc` over the
      fair sentences of one group, the worst; 1 is good.
    - `most_alarmed`: up to five groups with more than the fewest alarms, and their shares.
    """
    templates: dict[str, list[str]] = read_toml(FOLDER / TEMPLATES)
    fair = [*templates["neutral"], *templates["kind"]]
    shape = len(GROUPS), -1
    fair_scores = score([group.fill(each) for group in GROUPS for each in fair])
    abuse_scores = score([group.fill(each) for group in GROUPS for each in templates["abusive"]])
    alarms = stopped_by_scores(fair_scores, bands).reshape(shape).mean(axis=1)
    column = list(LABELS).index(label)
    fair_column, abuse_column = fair_scores[:, column], abuse_scores[:, column]
    by_group = [_auc(abuse_column, row) for row in fair_column.reshape(shape)]
    most = [i for i in np.argsort(-alarms, kind="stable")[:5] if alarms[i] > alarms.min()]
    return {
        "groups": len(GROUPS),
        "sentences": len(fair_scores) + len(abuse_scores),
        "false_alarms": float(alarms.mean()),
        "spread": float(alarms.max() - alarms.min()),
        "distance": float(np.abs(alarms - alarms.mean()).sum()),
        "missed": float(1 - stopped_by_scores(abuse_scores, bands).mean()),
        "auc": _auc(abuse_column, fair_column),
        "worst_auc": min(by_group),
        "most_alarmed": {GROUPS[i].name: float(alarms[i]) for i in most},
    }


def swap_figures(
    texts: Sequence[str],
    target: NDArray[np.float64],
    score: Score,
    bands: Bands,
    label: str = "toxicity",
) -> Figures:
    """Return what becomes of real comments when the people in them are others.

    `target` is 0 or 1, (n_texts,). Only texts that name somebody count, `rows` of them.

    - `auc` and `auc_swapped`: of the label, as written and with other people; `lost` is the first
      less the second. 0 is good; much below 0 is as bad as above.
    - `moved`: by how much the label's score changes on average, in [0, 1]; 0 is good.
    - `changed`: share of variants that are held where the original is not, or the other way round.
    """
    variants = [swaps(text) for text in texts]
    origin = np.array([i for i, found in enumerate(variants) for _ in found], int)
    if len(np.unique(target[origin])) < 2:
        return {"rows": len(np.unique(origin))}
    written = np.unique(origin)
    as_written = np.full((len(texts), len(LABELS)), np.nan)
    as_written[written] = score([texts[i] for i in written])
    swapped = score([variant for found in variants for variant in found])
    column = list(LABELS).index(label)
    before, after, truth = as_written[origin, column], swapped[:, column], target[origin] == 1
    auc, auc_swapped = (_auc(s[truth], s[~truth]) for s in (before, after))
    held = [stopped_by_scores(scores, bands) for scores in (as_written[origin], swapped)]
    return {
        "rows": len(written),
        "variants": len(origin),
        "auc": auc,
        "auc_swapped": auc_swapped,
        "lost": auc - auc_swapped,
        "moved": float(np.abs(before - after).mean()),
        "changed": float((held[0] != held[1]).mean()),
    }


def _power_mean(values: NDArray[np.float64]) -> float:
    # An area of 0 makes the mean 0 without dividing by it.
    return float(np.mean(np.maximum(values, 1e-9) ** _POWER) ** (1 / _POWER))


def _auc(abusive: NDArray[np.float64], fair: NDArray[np.float64]) -> float:
    """Return how often abuse scores higher than fair speech, ties counting half."""
    target = np.concatenate([np.ones(len(abusive)), np.zeros(len(fair))])
    return float(roc_auc_score(target, np.concatenate([abusive, fair])))
