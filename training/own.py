"""What we wrote ourselves to teach the model: fair comments, abuse, and adverts under news.

None shares five words in a row with `training/cases/`, which it is tested on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

import numpy as np

from modsvc.classifier.features import words_of
from modsvc.core.lexicon import Lexicon
from modsvc.core.text import normalise
from training.casebook import CaseInvalid, read_toml
from training.data import Rows, concatenate
from training.sets import HEADS
from training.slots import SLOTS, fill_in_turn

SENTENCES = Path(__file__).with_name("sentences")
FAIR = (SENTENCES / "fair.txt", SENTENCES / "kind.txt")
ADVERTS = (SENTENCES / "adverts.toml", SENTENCES / "spam.toml")
# Fair and abusive comments by theme.
THEMES = tuple(path for path in sorted(SENTENCES.glob("*.toml")) if path not in ADVERTS)
FILES = (*FAIR, *THEMES, *ADVERTS)
OWN = tuple(path.name for path in FILES)
# In these a fair comment stands beside an abusive one in nearly the same words. How words stand
# together tells them apart: the linear model, which sees words, would unlearn the words instead. It
# learns from the fair comments that have no such word: that their frames and subjects are fair.
PAIRED = tuple(path.name for path in THEMES if path.stem not in {"unfair", "names"})
# In these the abuse often has no such word either: the linear model would unlearn its frames.
SAME_WORDS = {"contempt", "denied", "hardship"}
# Groups that each sentence with a slot is read for. There are many more fair comments in the world
# than abusive ones that name a group, and so there are here.
FAIR_GROUPS = 40
THEME_GROUPS = 10
# What the domains of adverts are read with in turn: the file names nobody's, and a model that reads
# ".example" in it would learn that word and no link.
ENDINGS = ("com", "net", "com", "org", "com", "info", "co", "shop")


def load_own() -> Rows:
    """Return all rows of our own, the fair ones first. Raises CaseInvalid."""
    files = [*map(load_fair, FAIR), *map(load_theme, THEMES), *map(load_adverts, ADVERTS)]
    return concatenate(files)


def load_unpaired() -> Rows:
    """Return the rows of our own that a model of words can learn from. Raises CaseInvalid."""
    return load_own().of(*(name for name in OWN if name not in PAIRED))


def load_harmless(lexicon: Lexicon) -> Rows:
    """Return the fair rows of the paired files without a word that the lexicon knows as abuse.

    Raises
    ------
    CaseInvalid
        A file is malformed.
    """
    files = [path for path in THEMES if path.name in PAIRED and path.stem not in SAME_WORDS]
    fair = concatenate([load_theme(path) for path in files])
    readings = (normalise(text, lexicon) for text in fair.texts)
    harmless = [lexicon.targets.keys().isdisjoint(words_of(reading)) for reading in readings]
    return fair.take((fair.verdicts == 0) & np.array(harmless))


def load_fair(path: Path) -> Rows:
    """Return one file of fair comments: every head is 0 but spam, of which nothing is said."""
    lines = path.read_text(encoding="utf-8").splitlines()
    written = [line for line in lines if line and not line.startswith("#")]
    targets = [0.0 if head != "spam" else np.nan for head in HEADS]
    texts = list(fill_in_turn(written, FAIR_GROUPS))
    return _rows(path.name, texts, [targets] * len(texts), [0.0] * len(texts))


def load_theme(path: Path) -> Rows:
    """Return one file of abusive and fair comments: each table names the labels of its sentences.

    A table without labels is fair, and all its heads are 0 but those it calls `unknown`. Of abuse
    the labels named are 1, spam is 0, the others are unknown.

    Raises
    ------
    CaseInvalid
        The file is malformed.
    """
    texts: list[str] = []
    targets: list[list[float]] = []
    verdicts: list[float] = []
    for kind, fields in read_toml(path).items():
        if not isinstance(fields, dict) or fields.keys() - {"unknown"} != {"labels", "sentences"}:
            raise CaseInvalid(
                f"{path}, {kind}: needs labels and sentences, may name unknown, and nothing else"
            )
        labels, unknown = fields["labels"], fields.get("unknown", [])
        if not isinstance(labels, list) or not isinstance(unknown, list):
            raise CaseInvalid(f"{path}, {kind}: labels and unknown are lists of names")
        for label in (*labels, *unknown):
            if label not in HEADS or label == "spam":
                raise CaseInvalid(f"{path}, {kind}: {label!r} is no kind of abuse")
        given = dict.fromkeys(HEADS, np.nan if labels else 0.0)
        given |= dict.fromkeys(unknown, np.nan) | {"spam": 0.0}
        given |= dict.fromkeys(labels, 1.0)
        written = _sentences(path, kind, fields["sentences"])
        found = list(fill_in_turn(written, THEME_GROUPS))
        texts += found
        targets += [list(given.values())] * len(found)
        verdicts += [float(bool(labels))] * len(found)
    return _rows(path.name, texts, targets, verdicts)


def load_adverts(path: Path) -> Rows:
    """Return our adverts, of which only spam is known, then ordinary comments that look like them.

    Raises
    ------
    CaseInvalid
        The file is malformed.
    """
    written = read_toml(path)
    if written.keys() != {"adverts", "ordinary"}:
        raise CaseInvalid(f"{path}: needs adverts and ordinary, and nothing else")
    adverts, ordinary = (
        _with_endings(_sentences(path, kind, written[kind])) for kind in ("adverts", "ordinary")
    )
    advert = [1.0 if head == "spam" else np.nan for head in HEADS]
    targets = [advert] * len(adverts) + [[0.0] * len(HEADS)] * len(ordinary)
    verdicts = [1.0] * len(adverts) + [0.0] * len(ordinary)
    return _rows(path.name, [*adverts, *ordinary], targets, verdicts)


def _sentences(path: Path, kind: str, found: object) -> list[str]:
    """Return a list of sentences whose slots are known. Raises CaseInvalid."""
    if not isinstance(found, list) or not found or not all(isinstance(each, str) for each in found):
        raise CaseInvalid(f"{path}, {kind}: is no list of sentences")
    for text in found:
        if not text.strip() or not set(re.findall(r"{(\w*)}", text)) <= SLOTS:
            raise CaseInvalid(f"{path}, {kind}: {text!r} is blank or has an unknown slot")
    return found


def _with_endings(texts: Sequence[str]) -> list[str]:
    endings = cycle(ENDINGS)
    return [re.sub(r"\.example\b", lambda _: f".{next(endings)}", text) for text in texts]


def _rows(
    source: str,
    texts: list[str],
    targets: Sequence[Sequence[float]],
    verdicts: Sequence[float],
) -> Rows:
    return Rows(
        ids=[f"{source}-{i}" for i in range(len(texts))],
        sources=[source] * len(texts),
        texts=texts,
        targets=np.array(targets),
        verdicts=np.array(verdicts),
        natural=np.zeros(len(texts), bool),
    )
