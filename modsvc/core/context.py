"""What the article and the parent comment say about a comment: pure work on texts.

Three things are seen. A quotation of either is not the author's own word, unless the author takes
it over. A word the article uses is a topic, where the sentence speaks to nobody. And what speaks to
the person it answers strikes that person. The edits blank out and never move, so that spans of the
rest point into the body as sent. Without the text of an article or a parent nothing is seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from itertools import chain, islice

from modsvc.core.comment import Comment
from modsvc.core.stance import keeps_off, takes_over
from modsvc.core.text import normalise

# An article is read so far, and so many quotations and words of a comment are looked at: what is
# beyond them is judged as the author's own.
MAX_CONTEXT_CHARS = 20_480
_MAX_QUOTES = 32
MAX_TOPIC_WORDS = 32
# Shorter stretches are found in any text by chance, and so little is no comment of one's own.
_MIN_WORDS = 3
# "Idiot." is said to whoever is answered.
_FEW_WORDS = 4

_WORD = re.compile(r"\w+(?:'\w+)*")
_SENTENCE = re.compile(r"[^.!?…\n]+")
_QUOTE = re.compile(
    r"^[ \t]*(?:>|&gt;)[^\n]*"
    r"|<blockquote>[^<>]{1,4000}</blockquote>"
    r'|"[^"\n]{1,4000}"|“[^“”"]{1,4000}[”"“]|„[^„“”]{1,4000}[“”]|«[^«»]{1,4000}»|»[^«»]{1,4000}«',
    re.MULTILINE,
)
# What stands before a quotation that is said of somebody: "Mary is". The words before it show
# whether that is about another's words instead: "the headline is".
_IS = re.compile(
    r"(?:(\w+)\s+)?(?:\b(?:is|are|was|were|am|be|been|remains?)|['’](?:s|re|m))"
    r"(?:,?\s+(?:an?|the|such|just|really|still|so|quite|simply|only|truly|nothing|but|what))*"
    r"[\s,:]*$",
    re.IGNORECASE,
)
_OF_WORDS = frozenset(
    (
        *("answer", "argument", "asked", "bit", "caption", "claim", "claims", "claimed", "comment"),
        *("excuse", "expression", "headline", "insult", "it", "language", "line", "lines"),
        *("message", "motto", "name", "part", "passage", "phrase", "point", "post", "question"),
        *("quotation", "quote", "reply", "response", "said", "sentence", "sign", "slogan"),
        *("slur", "statement", "term", "text", "this", "title", "tweet", "verdict", "which"),
        *("word", "words", "wrote"),
    )
)
_LEFT_OUT = re.compile(r"\.{3,}|…|\[…\]")
_MARKUP = re.compile(r"</?blockquote>|&gt;|[>«»]")
_YOU = re.compile(
    r"@|\b(?:you(?:['’]\w+|r|rs|rself|rselves|re)?|u|ur|ya|y['’]?all|thou|thee)\b", re.IGNORECASE
)
# Words of an article that are the topic of none.
_COMMON = frozenset(
    (
        *("about", "after", "against", "all", "and", "any", "are", "because", "been", "before"),
        *("but", "can", "could", "did", "does", "for", "from", "get", "had", "has", "have", "her"),
        *("him", "his", "how", "into", "its", "just", "like", "made", "make", "many", "more"),
        *("most", "must", "not", "now", "off", "one", "only", "other", "our", "out", "over"),
        *("own", "people", "said", "say", "she", "should", "some", "such", "than", "that", "the"),
        *("their", "them", "then", "there", "these", "they", "this", "those", "too", "under"),
        *("until", "very", "was", "were", "what", "when", "where", "which", "while", "who"),
        *("why", "will", "with", "would", "you", "your"),
    )
)


@dataclass(frozen=True, slots=True)
class Context:
    """The texts around a comment, as far as they are read."""

    sources: tuple[str, ...]  # The words of the parent and of the article, a space around each.
    topic: frozenset[str]  # Words the article uses, fewer those that every article does.

    @classmethod
    def of(cls, comment: Comment) -> Context:
        """Read what was sent with a comment."""
        article = comment.article
        story = _words_of(f"{article.title}\n{article.body}"[:MAX_CONTEXT_CHARS])
        parent = _words_of(comment.parent.body[:MAX_CONTEXT_CHARS] if comment.parent else "")
        topic = {*story, *_words_of(article.section[:MAX_CONTEXT_CHARS])} - _COMMON
        return cls(
            tuple(f" {' '.join(words)} " for words in (parent, story) if words),
            frozenset(word for word in topic if len(word) > 2),
        )

    def holds(self, quote: str) -> bool:
        """Tell whether a quotation is one: each of its parts stands in one of the texts."""
        parts = [_words_of(part) for part in _LEFT_OUT.split(_MARKUP.sub(" ", quote))]
        told = [f" {' '.join(words)} " for words in parts if words]
        return sum(map(len, parts)) >= _MIN_WORDS and all(
            any(part in source for source in self.sources) for part in told
        )


@dataclass(frozen=True, slots=True)
class Own:
    """What an author answers for: `text`, in which `n_left_out` quotations are blank.

    `takes_over` means that the author agrees with what is quoted.
    """

    text: str
    n_left_out: int = 0
    takes_over: bool = False


def without_quotes(raw: str, context: Context) -> Own:
    """Blank out what is quoted from the parent or the article, where the author keeps off it.

    A quotation that is said of somebody ('Mary is "…"') is the author's own. A text stays as it is
    where what is left agrees with the quotation, or is too little to tell: who says nothing but
    another's words means them.
    """
    if not context.sources:
        return Own(raw)
    found = [match.span() for match in islice(_QUOTE.finditer(raw), _MAX_QUOTES)]
    quotes = [
        (start, end)
        for start, end in found
        if context.holds(raw[start:end]) and not _is_said_of_somebody(raw[:start])
    ]
    if not quotes:
        return Own(raw)
    own = _blank(raw, quotes)
    if takes_over(own):
        return Own(raw, takes_over=True)
    is_answer = len(_words_of(own)) >= _MIN_WORDS and keeps_off(own)
    return Own(own, len(quotes)) if is_answer else Own(raw)


def _is_said_of_somebody(before: str) -> bool:
    """Tell whether what stands before a quotation makes it a name for someone: 'Mary is "…"'."""
    match = _IS.search(before[-80:])
    return match is not None and (match[1] or "").lower() not in _OF_WORDS


def topic_words(raw: str, context: Context, named: Set[str]) -> dict[str, list[tuple[int, int]]]:
    """Find the article's words in a text, and where they stand in it.

    Sentences that address someone, or in which a word of `named` stands for a group of people, are
    passed over: there the same words may be an attack.
    """
    found: dict[str, list[tuple[int, int]]] = {}
    if not context.topic:
        return found
    for sentence in _SENTENCE.finditer(raw):
        reading = normalise(sentence[0])
        words = [(match[0], match.span()) for match in _WORD.finditer(reading.text)]
        if _YOU.search(reading.text) or any(word in named for word, _ in words):
            continue
        for word, span in words:
            if word in context.topic and (word in found or len(found) < MAX_TOPIC_WORDS):
                start, end = reading.span(*span)
                places = found.setdefault(word, [])
                places.append((sentence.start() + start, sentence.start() + end))
    return found


def without(raw: str, places: Iterable[Sequence[tuple[int, int]]]) -> str:
    """Blank out stretches of a text."""
    return _blank(raw, sorted(chain.from_iterable(places)))


def strikes_the_answered(comment: Comment, own: str) -> bool:
    """Tell whether a comment speaks to the person it answers, or says but a word or two to them."""
    if comment.parent is None or not comment.parent.body.strip():
        return False
    return bool(_YOU.search(own)) or len(own.split()) <= _FEW_WORDS


def raised(score: float, odds: float) -> float:
    """Give the probability whose odds are `odds` times those of `score`; `odds` is 1 or more."""
    return max(score, score * odds / (1 + score * (odds - 1)))


def _blank(raw: str, places: list[tuple[int, int]]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end in places:
        pieces += raw[at:start], " " * (end - max(at, start))
        at = max(at, end)
    return "".join([*pieces, raw[at:]])


def _words_of(text: str) -> list[str]:
    return _WORD.findall(normalise(text).text)
