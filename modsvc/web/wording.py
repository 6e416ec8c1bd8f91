"""How the pages say things: reasons in a few words, times from now, links safe to follow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from flask import Flask

from modsvc.core.faults import FAULTS
from modsvc.core.labels import DOUBTS, LABELS
from modsvc.core.messages import message
from modsvc.core.past import CODES as PAST
from modsvc.core.review import APPROVAL, REJECTIONS
from modsvc.core.signals import Signal
from modsvc.web import evidence, hidden, marking, masks
from modsvc.web.marking import LEAD_CHARS

# A reason in two words, for a chip; the classifier's labels speak for themselves.
SHORT = {
    "bias.unstable": "unsure: who is named",
    "language.unscored": "other language: {language}",
    "words.banned": "{count} banned words",
    "words.suspect": "{count} suspect words",
    "patterns.held": "{names}",
    "patterns.rejected": "{names}",
    "expressions.held": "{names}",
    "expressions.rejected": "{names}",
    "links.too_many": "{count} links",
    "links.banned": "banned domain",
    "links.not_allowed": "domain not allowed",
    "links.shortener": "shortened link",
    "links.look_alike": "look-alike domain",
    "length.too_long": "too long",
    "length.too_short": "too short",
    "shouting": "shouting",
    "text.invisible": "{count} invisible characters",
    "text.direction": "{count} direction changes",
    "text.zalgo": "piled-up marks",
    "text.emoji": "{count} emoji",
    "personal.email": "e-mail address",
    "personal.phone": "telephone number",
    "personal.card": "card number",
    "personal.address": "street address",
    "author.new": "new author",
    "author.rejections": "{count} rejected before",
    "author.too_fast": "writes too fast",
    "article.too_fast": "crowded article",
    "address.too_fast": "crowded address",
    "repeats.author": "repeats itself",
    "repeats.others": "said by others",
    "repeats.rejected": "rejected before",
    "reports.many": "{count} reports",
    "article.premoderated": "read first",
    "article.closed": "article closed",
    "language.not_accepted": "not accepted: {language}",
    "classifier.unavailable": "not scored",
    "history.unavailable": "no history",
    "policy.unavailable": "policy unreadable",
    "second_look.failed": "no second look",
    "rule.failed": "rule {rule} failed",
    "text.unreadable": "unreadable",
    APPROVAL: "approved",
    **{code: f"{outcome} in {{source}}" for outcome, code in PAST.items()},
    **{code: words.lower() for code, words in REJECTIONS.items()},
}
# What the context did to a label's score.
CONTEXT = {"quoted": "quotes left out", "topic": "topic left out", "reply": "a reply"}
STEPS = (("day", 86_400), ("h", 3_600), ("min", 60))


def register(app: Flask) -> None:
    """Let templates speak like this."""
    words = (short, kind, message, ago, due, moment, day, safe_url, host, lead, share, code_short)
    marks = (
        masks.cover,
        marking.excerpt,
        marking.marked,
        marking.words_of,
        marking.beginning,
        marking.redacted,
        marking.touches,
    )
    shown = (*words, *marks, hidden.plain, evidence.evidence, evidence.glimpse)
    app.jinja_env.filters.update({word.__name__: word for word in shown})
    app.jinja_env.globals.update(masks=masks.masks, word_only=masks.Under.WORD)


def short(signal: Signal) -> str:
    """Say a signal in a few words."""
    if signal.code in LABELS:
        notes = [words for key, words in CONTEXT.items() if key in signal.detail]
        return ", ".join([f"{signal.code.replace('_', ' ')} {signal.strength:.2f}", *notes])
    text = SHORT.get(signal.code, signal.code)
    return text.format_map(
        {"count": "?", "rule": "?", "language": "?", "source": "?", "names": "?", **signal.detail}
    )


def code_short(code: str) -> str:
    """Say in a few words what a signal of this code is about, whatever its facts are."""
    if code in LABELS:
        return code.replace("_", " ")
    return short(Signal(code)).replace("? ", "")


def share(part: float) -> str:
    """Write a share as so many of a hundred."""
    return f"{100 * part:.0f} %"


def kind(signal: Signal) -> str:
    """Say who noticed it: the classifier, a rule, or nobody because a part could not run."""
    if signal.code in FAULTS:
        return "fault"
    return "label" if signal.code in (*LABELS, *DOUBTS) else "rule"


def ago(then: datetime, now: datetime) -> str:
    """Say how long something is past."""
    passed = length(now - then)
    return f"{passed} ago" if passed else "just now"


def due(then: datetime, now: datetime) -> str:
    """Say how far off a time is, or how far past."""
    if then <= now:
        late = length(now - then)
        return f"due {late} ago" if late else "due now"
    return f"due in {length(then - now) or 'a moment'}"


def length(span: timedelta) -> str:
    """Say a stretch of time in its greatest unit; nothing for less than a minute."""
    seconds = span.total_seconds()
    for unit, size in STEPS:
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {unit}{'s' if unit == 'day' and count > 1 else ''}"
    return ""


def moment(then: datetime) -> str:
    """Write a time for people."""
    then = then.astimezone(UTC)
    return f"{then.day} {then:%B %Y, %H:%M} UTC"


def day(then: datetime) -> str:
    """Write a date for people."""
    then = then.astimezone(UTC)
    return f"{then.day} {then:%B %Y}"


def safe_url(url: str) -> str | None:
    """Give an address that is a web page's; None for anything else a browser would act on."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    good = parts.scheme in ("http", "https") and parts.netloc and url.isprintable()
    return url if good else None


def host(url: str) -> str:
    """Give whose page an address leads to."""
    return urlsplit(url).hostname or ""


def lead(text: str) -> str:
    """Give the beginning of a text, cut between words."""
    if len(text) <= LEAD_CHARS:
        return text
    cut = text[:LEAD_CHARS]
    return (cut.rpartition(" ")[0] or cut).rstrip(" .,:;") + "…"
