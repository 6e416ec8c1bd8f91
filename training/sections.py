"""The figures that need more than labelled rows: disguises, other people, cases, marked words.

Each section is a function of a `Judged`, and `SECTIONS` names them. One whose data is not at hand
gives nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from modsvc.core.labels import LABELS
from modsvc.core.policy import Policy
from modsvc.core.screening import Scorer
from modsvc.core.text import normalise
from training import casebook, evasion, fairness, functions, tagger
from training.data import DataInvalid, Rows
from training.judged import HOME
from training.measures import Array
from training.scoring import Score, by_toxicity

Figures = dict[str, Any]
_WORD_SEEN, _WORD_ABUSIVE = 10, 0.7


@dataclass(frozen=True, slots=True)
class Judged:
    """One contender, and what it is asked about."""

    scorer: Scorer
    score: Score
    policy: Policy
    fit: Rows
    test: Rows
    folder: Path  # Of the labelled sets.

    @property
    def home(self) -> Rows:
        """The held-out comments at the natural rate, with all labels."""
        return self.test.of(HOME)

    @property
    def holds(self) -> Mapping[str, float]:
        """From which score on the policy holds, by label."""
        return functions.bands_of(self.policy)


def disguised(judged: Judged) -> Figures:
    """Return how much abuse is still found when its words are disguised, kind by kind."""
    return disguised_by(judged.home, judged.fit, by_toxicity(judged.score))


def disguised_by(home: Rows, fit: Rows, score: Callable[[Sequence[str]], Array]) -> Figures:
    """Measure any function of texts to one score each: peers are asked too."""
    abusive, fair = home.take(home.verdicts == 1), home.take(home.verdicts == 0)
    words = abusive_words(fit)
    if not any(word in text.lower() for text in abusive.texts for word in words):
        return {}
    found = evasion.measure(score, abusive.texts, fair.texts, words)
    return {
        "comments": found.n_texts,
        "plain": found.plain,
        "kinds": dict(found.found),
        "mean": found.mean,
        "worst": found.worst,
    }


def abusive_words(fit: Rows) -> list[str]:
    """Return words that stand mostly in abuse, among the comments that were fitted on."""
    home = fit.of(HOME)
    seen: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for text, verdict in zip(home.texts, home.verdicts, strict=True):
        seen[verdict == 1].update(set(normalise(text).text.split()))
    return sorted(
        word
        for word, n in seen[True].items()
        if word.isalpha() and n >= _WORD_SEEN and n >= _WORD_ABUSIVE * (n + seen[False][word])
    )


def people(judged: Judged) -> Figures:
    """Return whether the comment is judged or the people it names."""
    home = judged.home
    scores = judged.score(judged.test.texts)[:, list(LABELS).index("toxicity")]
    known = ~np.isnan(judged.test.target("toxicity"))
    rows = judged.test.take(known)
    return {
        "templates": fairness.template_figures(judged.score, judged.holds),
        "swaps": fairness.swap_figures(home.texts, home.verdicts, judged.score, judged.holds),
        "subgroups": fairness.subgroup_figures(rows.texts, rows.target("toxicity"), scores[known]),
    }


def cases(judged: Judged) -> Figures:
    """Return how our own cases fare, function by function, as the service would judge them."""
    return _fare(judged, casebook.load_cases())


def among_others(judged: Judged) -> Figures:
    """Return how the same cases fare with an ordinary sentence before and after each."""
    return _fare(judged, casebook.among_others(casebook.load_cases()))


def _fare(judged: Judged, every: Sequence[casebook.Case]) -> Figures:
    comments = [case.comment for case in every]
    stopped = functions.stopped_by_screening(comments, judged.scorer, judged.policy)
    return functions.judge(every, stopped)


def failures(judged: Judged) -> list[str]:
    """Return fair cases that are stopped, one of a function, of those that may be looked at."""
    looked_at = [case for case in casebook.load_cases() if not case.abusive and not case.kept]
    comments = [case.comment for case in looked_at]
    stopped = functions.stopped_by_screening(comments, judged.scorer, judged.policy)
    wrong = {
        case.id.partition("/")[0]: case.text
        for case, is_stopped in zip(looked_at, stopped, strict=True)
        if is_stopped
    }
    return [f"{function}: {text}" for function, text in wrong.items()]


def context(judged: Judged) -> Figures:
    """Return how the same words fare with and without their context."""
    pairs = casebook.load_pairs()
    inside, alone = (
        functions.stopped_by_screening(comments, judged.scorer, judged.policy)
        for comments in ([p.in_context for p in pairs], [p.by_itself for p in pairs])
    )
    return functions.judge_pairs(pairs, inside, alone)


def words(judged: Judged) -> Figures:
    """Return how well the words that made it so are found, on posts nothing was fitted on."""
    try:
        posts = tagger.load_posts(judged.folder)["test"]
    except DataInvalid:
        return {}
    scorer = judged.scorer
    f1 = tagger.mean_f1(
        posts, lambda text: scorer.explain(normalise(text, scorer.lexicon), "toxicity")
    )
    return {"posts": len(posts), "f1": f1}


SECTIONS: Mapping[str, Callable[[Judged], Figures | list[str]]] = {
    "disguised": disguised,
    "people": people,
    "cases": cases,
    "among_others": among_others,
    "failures": failures,
    "context": context,
    "words": words,
}
