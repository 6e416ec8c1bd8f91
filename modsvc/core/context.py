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
# So much beside a quotation shows of whom it is said.
_LEAD_CHARS = 200
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
# What makes a quotation a name for someone: 'Mary is a complete "…"', 'you "…"', '"…" fits her'. It
# is about another's words instead where the same clause names words: "the headline is".
_SAID_OF = re.compile(
    r"\b(?:is|are|was|were|am|be|been|remains?|(?:he|she|they|you|we|i|who|there|all)'(?:s|re|m))"
    r"(?: (?:an?|the|one|no|all|your|my|our|his|her|their|such|[a-z]+ly|just|so|still|quite|but"
    r"|nothing|also|always|real|total|complete|utter|absolute|typical|old|bit|of)){0,6}$"
    r"|\b(?:you|u|ya|y'all|yourself)$"
)
_FITS_SOMEBODY = re.compile(
    r"(?:is|are|was|were|describes|fits|suits) (?:you|he|she|him|her|them)\b"
)
_OF_WORDS = re.compile(
    r"\b(?:(?:accusation|adjective|allegation|answer|argument|bit|caption|charge|claim|comment"
    r"|conclusion|description|excuse|expression|heading|headline|insult|it|language|line|message"
    r"|motto|name|paragraph|part|passage|phrase|point|post|question|quotation|quote|reason|remark"
    r"|reply|response|sentence|sign|slogan|slur|statement|term|text|that|theory|this|title|tweet"
    r"|verdict|which|word)s?|asked|called|claimed|said|says?|wrote)\b"
)
_SOMEBODY = re.compile(
    r"\b(?:any(?:body|one)|author|man|person|poster|some(?:body|one)|whoever|woman|writer)\b"
)
_WHAT = re.compile(r"\bwhat\b")
_CLAUSE_END = re.compile(r"[.!?;…]")
_BESIDE = " \t\r\n,:(*_~=–—-"
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
        if context.holds(raw[start:end]) and not _is_said_of_somebody(raw, start, end)
    ]
    if not quotes:
        return Own(raw)
    own = _blank(raw, quotes)
    if takes_over(own):
        return Own(raw, takes_over=True)
    is_answer = len(_words_of(own)) >= _MIN_WORDS and keeps_off(own)
    return Own(own, len(quotes)) if is_answer else Own(raw)


def _is_said_of_somebody(raw: str, start: int, end: int) -> bool:
    """Tell whether the words beside a quotation make it a name for someone: 'Mary is "…"'."""
    if raw[start] in '"“„«»' and _SAID_OF.search(lead := _lead(raw[:start])):
        about_words = _OF_WORDS.search(lead) and not _SOMEBODY.search(lead)
        return not (about_words or _WHAT.search(lead))
    after = normalise(raw[end : end + _LEAD_CHARS]).text.lstrip(_BESIDE)
    return _FITS_SOMEBODY.match(after) is not None


def _lead(before: str) -> str:
    """Return the words of the clause that a text ends in, as read."""
    near = before.rstrip(_BESIDE)[-_LEAD_CHARS:]
    clause = _CLAUSE_END.split(near)[-1]
    return " ".join(_WORD.findall(normalise(clause).text.replace("’", "'")))


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
