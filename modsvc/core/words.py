"""WordList: an editor's words and phrases, found in a reading whatever their number.

Entries pass through the same normaliser as comments: what evades one evades neither.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice

from modsvc.core.boundaries import is_boundary
from modsvc.core.decision import Action
from modsvc.core.folding import fold
from modsvc.core.lexicon import Lexicon
from modsvc.core.phrases import Phrase, Phrases
from modsvc.core.sentence import Sentence
from modsvc.core.signals import MAX_SPANS
from modsvc.core.text import Reading, normalise

__all__ = ["Entry", "Found", "WordList", "is_boundary", "primary", "reads_as"]

# A list is changed entry by entry, and the others are not to be read anew for that.
_PHRASES_REMEMBERED = 200_000
_LAST_LATIN = "\u024f"
# The same languages by other codes of ISO 639.
_ALSO_KNOWN_AS = {"iw": "he", "ji": "yi", "in": "id", "nb": "no", "nn": "no", "fil": "tl"}
_UNKNOWN = frozenset(("", "und", "mul"))


@dataclass(frozen=True, slots=True)
class Entry:
    """A word or phrase as an editor wrote it, and what a comment with it calls for: hold or reject.

    language : ISO 639-1; "" means any
    ends_at : aware; from then on it is no longer looked for
    id : the store's number of it; 0 for one that stands in the policy document
    """

    phrase: str
    action: Action
    language: str = ""
    ends_at: datetime | None = None
    id: int = 0

    def has_ended(self, at: datetime) -> bool:
        """Tell whether it is not looked for any more."""
        return self.ends_at is not None and self.ends_at <= at


@dataclass(frozen=True, slots=True)
class Found:
    """An entry, and where it stands in `reading.text`, end exclusive."""

    entry: Entry
    start: int
    end: int


class WordList:
    """Words and phrases to look for. Threads may share one.

    Entries that read alike are all found.

    Parameters
    ----------
    entries : iterable of Entry
        One that reads as nothing (only punctuation) is refused.

    Raises
    ------
    ValueError
        A phrase has no letter or digit to be found by.
    """

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries = tuple(entries)
        for entry in self.entries:
            if not _can_be_found(entry.phrase):
                raise ValueError(
                    Sentence(
                        "the phrase {phrase!r} has no letter or digit to be found by",
                        phrase=entry.phrase,
                    )
                )
        self._phrases: dict[Lexicon | None, Mapping[Action, Phrases[Entry]]] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self.entries)

    def prepare(self, lexicon: Lexicon | None) -> None:
        """Make ready for what is read with a lexicon, so that no comment waits for it."""
        self._read_with(lexicon)

    def find(
        self,
        reading: Reading,
        action: Action,
        *,
        at: datetime | None = None,
        language: str | None = None,
    ) -> Iterator[Found]:
        """Yield that action's entries where they are found, MAX_SPANS of them at most.

        An entry counts only between word boundaries of its own script: "ass" is not in "class".

        Parameters
        ----------
        at : datetime or None
            Entries that have ended by then are not looked for; None looks for all.
        language : str or None
            The comment's, as BCP 47 has it: entries of another are not looked for. None, where
            nobody knows, looks for all. In an English comment those in other letters are, too.
        """
        return islice(self._find(reading, action, at, primary(language)), MAX_SPANS)

    def _find(
        self, reading: Reading, action: Action, at: datetime | None, language: str
    ) -> Iterator[Found]:
        # A comment read with a lexicon is searched for what that makes of us.
        phrases = self._read_with(reading.lexicon).get(action)
        if phrases is None:
            return

        def wanted(entry: Entry) -> bool:
            if at is not None and entry.has_ended(at):
                return False
            if not language or primary(entry.language) in ("", language):
                return True
            # What can be no English word is meant, whatever is written around it.
            return language == "en" and max(entry.phrase) > _LAST_LATIN

        for entry, start, end in phrases.find(reading.text, wanted):
            yield Found(entry, start, end)

    def _read_with(self, lexicon: Lexicon | None) -> Mapping[Action, Phrases[Entry]]:
        found = self._phrases.get(lexicon)
        if found is None:
            with self._lock:  # Others need what the first one makes.
                found = self._phrases.get(lexicon)
                if found is None:
                    found = self._phrases[lexicon] = self._made(lexicon)
        return found

    def _made(self, lexicon: Lexicon | None) -> Mapping[Action, Phrases[Entry]]:
        theirs: dict[Action, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            theirs[entry.action].append(entry)
        return {
            action: Phrases((_read(entry.phrase, lexicon), entry) for entry in entries)
            for action, entries in theirs.items()
        }


def reads_as(phrase: str, lexicon: Lexicon | None = None) -> str:
    """Give what a phrase is looked for as: those that read alike find the same."""
    return _read(phrase, lexicon).text


@lru_cache(_PHRASES_REMEMBERED)
def _read(phrase: str, lexicon: Lexicon | None) -> Phrase:
    return Phrase.of(normalise(phrase, lexicon).text.strip())


@lru_cache(_PHRASES_REMEMBERED)
def _can_be_found(phrase: str) -> bool:
    """Tell whether a phrase has a letter or digit; only flags must be read whole to be sure."""
    return any(map(str.isalnum, fold(phrase))) or any(map(str.isalnum, normalise(phrase).text))


@lru_cache
def primary(language: str | None) -> str:
    """Give a language as languages are compared: "he" for "iw-IL"; "" where nobody knows it."""
    subtag = (language or "").replace("_", "-").partition("-")[0].lower()
    return "" if subtag in _UNKNOWN else _ALSO_KNOWN_AS.get(subtag, subtag)
