"""A scorer whose reasons are known, and how to read what a second look made of them."""

from __future__ import annotations

from dataclasses import replace

from modsvc.core.policy import Band
from tests.fakes import FakeScorer
from tests.strategies import default_policy

# Bands of its own, since those of the default policy follow from the model.
PLAIN = Band(hold=0.45, reject=0.97)
POLICY = replace(
    default_policy(),
    bands={**default_policy().bands, **dict.fromkeys(("toxicity", "insult"), PLAIN)},
    bands_alone={},
)
NEUTRAL = replace(POLICY, reply_odds=1.0)
INSULT = "You are a dreadful, dreadful man"


class ByWords(FakeScorer):
    """Scores toxicity and insult by the worst word of a text, and counts how often it is asked."""

    def __init__(self, words: dict[str, float], **labels: dict[str, float]) -> None:
        super().__init__()
        self.words, self.labels = words, labels
        self.calls: list[list[str]] = []

    def score(self, readings):
        self.calls.append([reading.text for reading in readings])
        return [self.scores | self.of(reading.text) for reading in readings]

    def of(self, text):
        worst = max((s for word, s in self.words.items() if word in text), default=0.0)
        others = {
            label: max((s for word, s in words.items() if word in text), default=0.0)
            for label, words in self.labels.items()
        }
        return {"toxicity": worst} | others


def codes(decision):
    return {reason.signal.code for reason in decision.reasons}


def detail(decision, code):
    return dict(next(r.signal.detail for r in decision.reasons if r.signal.code == code))
