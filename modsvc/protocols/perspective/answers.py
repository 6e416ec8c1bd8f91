"""What a Perspective client gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from modsvc.core.labels import LABELS
from modsvc.core.signals import Span
from modsvc.protocols.perspective.asked import Analyze, Attribute
from modsvc.protocols.perspective.attributes import REJECTION
from modsvc.protocols.perspective.errors import LanguageRefused, Refused
from modsvc.protocols.utf16 import offsets, units

ENGLISH = "en"
_PROBABILITY = "PROBABILITY"
_UNDETERMINED = "und"


def analysis(
    asked: Analyze,
    scores: Mapping[str, float],
    words: Callable[[str], tuple[Span, ...]],
    *,
    unmeasured_as_zero: bool,
) -> dict[str, object]:
    """Answer a request for scores.

    `words` gives the words that made a label likely. An attribute whose score lies below the
    threshold it was asked with is left out.

    Raises
    ------
    Refused
        The model has not learned what one of the attributes is measured by.
    """
    found = {}
    for attribute in asked.attributes:
        value = _value(attribute, scores, unmeasured_as_zero)
        if attribute.threshold is not None and value < attribute.threshold:
            continue
        spans = words(attribute.label) if asked.with_words and attribute.label in LABELS else ()
        found[attribute.name] = {
            "spanScores": _span_scores(asked.comment.body, value, spans),
            "summaryScore": _score(value),
        }
    answer: dict[str, object] = {
        "attributeScores": found,
        "languages": list(asked.languages) or [ENGLISH],
        "detectedLanguages": [ENGLISH],
    }
    return answer | _token(asked.token)


def suggested(token: str | None, languages: list[str]) -> dict[str, object]:
    """Answer a suggestion."""
    answer: dict[str, object] = {
        "detectedLanguages": languages or [ENGLISH],
        "requestedLanguages": languages or [ENGLISH],
    }
    return answer | _token(token)


def without_scores(asked: Analyze, language: str | None) -> Refused:
    """Say why there are no scores: never a made-up one, which would let a comment pass."""
    if language is None:
        return Refused("The classifier cannot score this now; try again later.", status=503)
    if language.split("-")[0] == _UNDETERMINED:
        return Refused("Unable to detect language", "LANGUAGE_DETECTION_FAILED")
    return LanguageRefused(asked.attributes[0].name, [language])


def _value(attribute: Attribute, scores: Mapping[str, float], unmeasured_as_zero: bool) -> float:
    value = scores.get(attribute.label or "")
    if value is not None:
        return value
    if unmeasured_as_zero:
        return 0.0
    if attribute.label == REJECTION:
        raise Refused(
            f"Attribute {attribute.name} is learned from what becomes of this site's comments, and "
            "there is not enough of it yet"
        )
    raise Refused(f"Unknown requested attribute: {attribute.name}")


def _span_scores(text: str, value: float, spans: tuple[Span, ...]) -> list[dict[str, object]]:
    """Give the whole text first, which clients read that ask for no spans, and then the words."""
    whole = {"begin": 0, "end": units(text), "score": _score(value)}
    points = [point for span in spans for point in (span.start, span.end)]
    places = offsets(text, points)
    words = [
        {"begin": begin, "end": end, "score": _score(span.weight)}
        for span, begin, end in zip(spans, places[::2], places[1::2], strict=True)
    ]
    return [whole, *words]


def _score(value: float) -> dict[str, object]:
    return {"value": value, "type": _PROBABILITY}


def _token(token: str | None) -> dict[str, object]:
    return {} if token is None else {"clientToken": token}
