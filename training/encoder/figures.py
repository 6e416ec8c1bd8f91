"""How good the encoder is by itself, as it is served, on comments nothing was fitted on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score
from tqdm import tqdm

from modsvc.classifier.encoder import Encoder
from modsvc.core.labels import LABELS
from modsvc.core.text import normalise
from training.data import Rows
from training.encoder.rows import JUDGED, NATURAL, Marked, load_spans

# Where the heads are judged that are not Wikipedia's.
_ELSEWHERE = {
    "civil": (JUDGED,),
    "hate": ("edos_sexism_train", "stormfront_sentences", "hatemojibuild_train"),
    "spam": (NATURAL, "youtube_spam_train"),
}
MARKED_FROM = 0.35  # A word is marked from this weight on; chosen on comments that were fitted on.


def figures(encoder: Encoder, test: Rows, folder: Path) -> dict[str, float]:
    """Return each head's area under the curve, the mean of the six, and the words' F1."""
    sets = {NATURAL, *(name for names in _ELSEWHERE.values() for name in names)}
    rows = test.of(*sets)
    readings = [normalise(text).text for text in rows.texts]
    logits = np.concatenate([encoder.logits([text]) for text in tqdm(readings, disable=None)])
    found: dict[str, float] = {}
    for column, head in enumerate(encoder.heads):
        chosen = np.isin(rows.sources, _ELSEWHERE.get(head, (NATURAL,)))
        target = rows.target(head)[chosen]
        found[head] = float(roc_auc_score(target, logits[chosen, column]))
    six = [found[label] for label in LABELS if label != "spam"]
    words = [words_f1(encoder, marked) for marked in load_spans(folder, "test").values()]
    return {"mean of the six": float(np.mean(six)), **found, "words": float(np.mean(words))}


def words_f1(encoder: Encoder, comment: Marked) -> float:
    """Return the F1 of one comment's marked characters, as SemEval-2021 Task 5 defines it."""
    reading = normalise(comment.raw)
    marked: set[int] = set()
    for span in encoder.token_weights(reading.text):
        if span.weight >= MARKED_FROM:
            marked.update(range(*reading.span(span.start, span.end)))
    if not comment.points or not marked:
        return float(not comment.points and not marked)
    return 2 * len(marked & comment.points) / (len(marked) + len(comment.points))
