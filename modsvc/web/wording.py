"""How the pages say things: reasons in a few words, times from now, links safe to follow."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask
from flask_babel import gettext, lazy_gettext, lazy_pgettext, ngettext

from modsvc.core.decision import STATUS as WORDS
from modsvc.core.decision import Action, Decision
from modsvc.core.faults import FAULTS
from modsvc.core.labels import DOUBTS, LABELS
from modsvc.core.messages import sentences
from modsvc.core.past import CODES as PAST
from modsvc.core.policy import Queue
from modsvc.core.review import APPROVAL, REJECTIONS, RELEASE, UNDONE, weight
from modsvc.core.signals import Signal
from modsvc.web import evidence, hidden, marking, masks
from modsvc.web.language import spoken, translated
from modsvc.web.marking import LEAD_CHARS
from modsvc.web.names import label_name, language_name, signal_name
from modsvc.web.preferences import hides_author
from modsvc.web.zones import name_of, zone

# A reason in two words, for a chip. Where there are two forms, they are for one and for many.
SHORT: dict[str, str | tuple[str, str]] = {
    "bias.unstable": "unsure: who is named",
    "language.unscored": "other language: {language}",
    "words.banned": ("{count} banned word", "{count} banned words"),
    "words.suspect": ("{count} suspect word", "{count} suspect words"),
    "patterns.held": "{names}",
    "patterns.rejected": "{names}",
    "expressions.held": "{names}",
    "expressions.rejected": "{names}",
    "links.too_many": ("{count} link", "{count} links"),
    "links.banned": "banned domain",
    "links.not_allowed": "domain not allowed",
    "links.shortener": "shortened link",
    "links.look_alike": "look-alike domain",
    "length.too_long": "too long",
    "length.too_short": "too short",
    "shouting": "shouting",
    "text.invisible": ("{count} invisible character", "{count} invisible characters"),
    "text.direction": ("{count} direction change", "{count} direction changes"),
    "text.zalgo": "piled-up marks",
    "text.emoji": ("{count} emoji", "{count} emoji"),
    "personal.email": "e-mail address",
    "personal.phone": "telephone number",
    "personal.card": "card number",
    "personal.address": "street address",
    "author.new": "new author",
    "author.rejections": ("{count} rejected before", "{count} rejected before"),
    "author.too_fast": "writes too fast",
    "article.too_fast": "crowded article",
    "address.too_fast": "crowded address",
    "repeats.author": "repeats itself",
    "repeats.others": "said by others",
    "repeats.rejected": "rejected before",
    "reports.many": ("{count} report", "{count} reports"),
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
    UNDONE: "taken back",
    RELEASE: "released with others",
    PAST["approved"]: "approved in {source}",
    PAST["held"]: "held in {source}",
    PAST["rejected"]: "rejected in {source}",
    PAST["spam"]: "spam in {source}",
    **{code: words.lower() for code, words in REJECTIONS.items()},
}
# What the context did to a label's score.
CONTEXT = {
    "quoted": lazy_gettext("quotes left out"),
    "topic": lazy_gettext("topic left out"),
    "reply": lazy_gettext("a reply"),
}
DEEDS = {
    Action.APPROVE: lazy_pgettext("what is done", "approve"),
    Action.HOLD: lazy_pgettext("what is done", "hold"),
    Action.REJECT: lazy_pgettext("what is done", "reject"),
}
STATUS = {
    Action.APPROVE: lazy_pgettext("a comment", "approved"),
    Action.HOLD: lazy_pgettext("a comment", "held"),
    Action.REJECT: lazy_pgettext("a comment", "rejected"),
}
BY_WORD = {word: action for action, word in WORDS.items()}
WITHIN = {"minute": lazy_gettext("minute"), "hour": lazy_gettext("hour")}
# How many stand so, for one and for many.
STANDING = {
    Action.APPROVE: ("{n} is approved", "{n} are approved"),
    Action.HOLD: ("{n} is held", "{n} are held"),
    Action.REJECT: ("{n} is rejected", "{n} are rejected"),
}
DAY_S, HOUR_S, MINUTE_S = 86_400, 3_600, 60
# How much of the promised time something must take for it to be named.
TELLING = 0.1
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def register(app: Flask) -> None:
    """Let templates speak like this."""
    words = (short, kind, message, label_name, language_name, status, became, standing, deed)
    of_codes = (code_name, code_short, why_due, translated)
    facts = (ago, due, span, micros, moment, day, counted, share, safe_url, host, lead)
    marks = (
        masks.cover,
        marking.excerpt,
        marking.marked,
        marking.weights_of,
        marking.beginning,
        marking.redacted,
        marking.touches,
    )
    shown = (*words, *of_codes, *facts, *marks, hidden.plain, evidence.evidence, evidence.glimpse)
    app.jinja_env.filters.update({word.__name__: word for word in shown})
    app.jinja_env.globals.update(
        masks=masks.masks, word_only=masks.Under.WORD, hides_author=hides_author
    )


def short(signal: Signal) -> str:
    """Say a signal in a few words."""
    if signal.code in LABELS:
        notes = [words for key, words in CONTEXT.items() if key in signal.detail]
        return ", ".join([f"{label_name(signal.code)} {signal.strength:.2f}", *map(str, notes)])
    unknown = {"count": "?", "rule": "?", "language": "?", "source": "?", "names": "?"}
    text = SHORT.get(signal.code, signal.code)
    if isinstance(text, tuple):
        count = signal.detail.get("count")
        text = ngettext(*text, count if isinstance(count, int) else 0)
    else:
        text = gettext(text)
    return text.format_map({**unknown, **_told(signal)})


def message(signal: Signal) -> str:
    """Say in a sentence or two what the signal noticed."""
    return " ".join(map(gettext, sentences(signal))).format_map(_told(signal))


def _told(signal: Signal) -> dict[str, object]:
    """Give what a signal tells, with our own words of it in the page's language."""
    told = dict(signal.detail)
    if "within" in told:
        told["within"] = WITHIN.get(str(told["within"]), told["within"])
    if "label" in told:
        told["label"] = ", ".join(map(label_name, str(told["label"]).split(", ")))
    if "language" in told:
        told["language"] = language_name(str(told["language"]))
    return told


def status(action: Action) -> str:
    """Say what an action leaves behind."""
    return str(STATUS[action])


def became(word: str) -> str:
    """Say what became of a comment, by the word that programs have for it."""
    return status(BY_WORD[word])


def standing(action: Action, count: int) -> str:
    """Say how many comments an action has left so."""
    return ngettext(*STANDING[action], count).format(n=counted(count))


def deed(action: Action) -> str:
    """Say an action as what is done."""
    return str(DEEDS[action])


def code_short(code: str) -> str:
    """Say in a few words what a signal of this code is about, whatever its facts are."""
    if code in LABELS:
        return label_name(code)
    return short(Signal(code)).replace("? ", "")


def share(part: float) -> str:
    """Write a share as so many of a hundred."""
    hundredths = f"{100 * part:.0f}"
    return gettext("%(number)s %%", number=hundredths)


def kind(signal: Signal) -> str:
    """Say who noticed it: the classifier, a rule, or nobody because a part could not run."""
    if signal.code in FAULTS:
        return "fault"
    return "label" if signal.code in (*LABELS, *DOUBTS) else "rule"


def ago(then: datetime, now: datetime) -> str:
    """Say how long something is past."""
    passed = length(now - then)
    return gettext("%(time)s ago", time=passed) if passed else gettext("just now")


def due(then: datetime, now: datetime) -> str:
    """Say how far off a time is, or how far past."""
    if then <= now:
        late = length(now - then)
        return gettext("due %(time)s ago", time=late) if late else gettext("due now")
    left = length(then - now)
    return gettext("due in %(time)s", time=left) if left else gettext("due in a moment")


def length(span: timedelta) -> str:
    """Say a stretch of time in its greatest unit; nothing for less than a minute.

    By our own catalogues: the common tables say in Hebrew "two hours (2)".
    """
    # Clocks of two machines differ: what another did may be a little ahead.
    seconds = max(0, int(span.total_seconds()))
    if days := seconds // DAY_S:
        return ngettext("%(num)s day", "%(num)s days", days)
    if hours := seconds // HOUR_S:
        return ngettext("%(num)s h", "%(num)s h", hours)
    if minutes := seconds // MINUTE_S:
        return ngettext("%(num)s min", "%(num)s min", minutes)
    return ""


def why_due(decision: Decision, queue: Queue, was_printed: bool = False) -> str:
    """Say in a sentence why a comment is due when it is, by what it was held with."""
    urgent = [reason.signal for reason in decision.reasons if reason.signal.code in queue.urgent]
    if urgent:
        return gettext("Due at once: %(why)s.", why=short(urgent[0]))
    told = weight(decision, queue, was_printed=was_printed)
    why = []
    if told.severity >= TELLING:
        share_of = f"{told.severity:.0%}"
        why.append(
            gettext("the classifier is %(sure)s sure of its strongest reason", sure=share_of)
        )
    if queue.doubt * told.doubt >= TELLING:
        open_ = gettext("its scores leave it open")
        why.append(open_ if decision.scores else gettext("nothing could score it"))
    if queue.reach * told.reach >= TELLING:
        printed = gettext("it had been printed")
        why.append(printed if was_printed else gettext("many write under its article"))
    minutes = queue.promised_minutes
    if not why:
        said = gettext("Due within the promised %(n)s min: nothing makes it urgent.", n=minutes)
        return str(said)
    together = gettext(", and ").join([", ".join(why[:-1]), why[-1]]) if len(why) > 1 else why[0]
    return gettext("Due sooner than the promised %(n)s min: %(why)s.", n=minutes, why=together)


def code_name(code: str) -> str:
    """Name a reason's code in a word or two, without what it found."""
    text = SHORT.get(code, "")
    pattern = ngettext(*text, 2) if isinstance(text, tuple) else gettext(text) if text else ""
    bare = re.sub(r"\W*\{\w+\}\W*", " ", pattern).strip()
    return bare or signal_name(code).replace(".", " ")


def span(time: timedelta) -> str:
    """Say a stretch of time, however short."""
    return length(time) or gettext("a minute")


def micros(then: datetime) -> str:
    """Write a moment as a number of microseconds, for programs."""
    return str((then - EPOCH) // timedelta(microseconds=1))


def moment_of(told: int) -> datetime:
    """Read what `micros` wrote; of what no calendar has, give the present."""
    try:
        return EPOCH + timedelta(microseconds=told)
    except OverflowError:
        return datetime.now(UTC)


def moment(then: datetime) -> str:
    """Write a time for people, where they are, and say in which zone that is."""
    here = then.astimezone(zone())
    time, of = here.strftime("%H:%M"), name_of(here)
    return gettext("%(day)s, %(time)s %(zone)s", day=day(here.date()), time=time, zone=of)


def day(then: date) -> str:
    """Write a date for people; of a time, the one it has where they are."""
    if isinstance(then, datetime):
        then = then.astimezone(zone()).date()
    return _day(then, spoken().locale)


@lru_cache(maxsize=1_000)
def _day(then: date, locale: str) -> str:
    # A page writes the same few days over and over.
    return format_date(then, "long", locale=locale)


def counted(number: float) -> str:
    """Write a number for people."""
    return format_decimal(number, locale=spoken().locale)


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
