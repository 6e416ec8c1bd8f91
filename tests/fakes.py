"""Stand-ins for parts that a test is not about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from modsvc.core.labels import LABELS
from modsvc.core.signals import Span
from modsvc.core.text import Reading


class FakeScorer:
    """Gives every text the same scores; labels that are not named score 0."""

    version = "fake"
    lexicon = None
    stages: tuple[str, ...] = ("linear",)

    def __init__(self, scores: Mapping[str, float] | None = None) -> None:
        self.scores = dict.fromkeys(LABELS, 0.0) | dict(scores or {})

    def score(self, readings: Sequence[Reading]) -> list[dict[str, float]]:
        return [dict(self.scores) for _ in readings]

    def unscored_language(self, reading: Reading, declared: str | None) -> str | None:
        return None

    def explain(self, reading: Reading, label: str) -> tuple[Span, ...]:
        return (Span(0, min(4, len(reading.raw))),)


class BothStages(FakeScorer):
    """Stands for the linear model with the encoder beside it."""

    version = "linear-9+encoder-9"
    stages = ("linear", "encoder")


class WordScorer(FakeScorer):
    """Scores toxicity and insult by the worst of the marker words a text holds."""

    words: Mapping[str, float] = {"goodly": 0.0, "dubious": 0.3, "dreadful": 0.99}

    def score(self, readings: Sequence[Reading]) -> list[dict[str, float]]:
        worst = [
            max((s for word, s in self.words.items() if word in r.text), default=0.0)
            for r in readings
        ]
        return [dict(self.scores) | {"toxicity": s, "insult": s} for s in worst]


class BrokenScorer(FakeScorer):
    """Raises, and quotes the text in its message, as a careless library would."""

    def score(self, readings: Sequence[Reading]) -> list[dict[str, float]]:
        raise ValueError(f"cannot score {readings[0].raw!r}")


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = datetime(2026, 11, 22, 12, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by
