"""Words and phrases as an editor writes them: one to a line, and what is wrong with which line.

A line is a phrase; or, as a spreadsheet copies its cells, a phrase and after a tab each what it
does, its language, a note, and its last day. What a line leaves out is as the editor chose for all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from modsvc.core.decision import Action
from modsvc.core.sentence import Sentence
from modsvc.core.words import Entry, WordList

MAX_LINES = 5_000
MAX_PHRASE_CHARS = 200
MAX_NOTE_CHARS = 500
COLUMNS = ("phrase", "action", "language", "note", "last day")
ACTIONS = {"hold": Action.HOLD, "reject": Action.REJECT}

_LINE_END = re.compile(r"\r\n|\r|\n")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8})*")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An entry that an editor wants on the list, with a note, and the line where it was written."""

    entry: Entry
    note: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True)
class Usual:
    """What lines that say no more than a phrase are given."""

    action: Action = Action.HOLD
    language: str = ""
    note: str = ""
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mistake:
    """A line that cannot be used, by its number, why not, and what it says."""

    line: int
    why: str
    text: str


class Refused(ValueError):
    """What somebody wrote cannot be used; the message is a sentence for them."""


def read_lines(
    text: str, usual: Usual, today: date, *, most: int = MAX_LINES
) -> tuple[list[Wanted], list[Mistake]]:
    """Read phrases, one from each line that is not empty, and say which lines cannot be used."""
    wanted: list[Wanted] = []
    mistakes: list[Mistake] = []
    for number, line in _lines(text):
        if len(wanted) + len(mistakes) == most:
            why = Sentence("is one too many; add {most} at most at a time", most=most)
            mistakes.append(Mistake(number, why, line))
            break
        try:
            wanted.append(_read(line, number, usual, today))
        except Refused as error:
            mistakes.append(Mistake(number, error.args[0], line))
    return wanted, mistakes


def read_phrase(text: str) -> str:
    """Give a phrase as it is kept: without blanks around it, and one between its words.

    Raises
    ------
    Refused
        It cannot be looked for.
    """
    phrase = " ".join(_stored(text).split())
    if not phrase:
        raise Refused(Sentence("has no phrase"))
    if len(phrase) > MAX_PHRASE_CHARS:
        raise Refused(
            Sentence(
                "is {count} characters long; a phrase has {most} at most",
                count=len(phrase),
                most=MAX_PHRASE_CHARS,
            )
        )
    try:
        WordList([Entry(phrase, Action.HOLD)])
    except ValueError:
        raise Refused(Sentence("has no letter or digit to be found by")) from None
    return phrase


def read_action(text: str) -> Action:
    """Read what an entry does: hold or reject.

    Raises
    ------
    Refused
        It is neither.
    """
    action = ACTIONS.get(text.strip().lower())
    if action is None:
        raise Refused(Sentence("says “{text}” where it must say hold or reject", text=text.strip()))
    return action


def read_language(text: str) -> str:
    """Read the code of a language, such as "en" or "he"; "" and "any" stand for all.

    Raises
    ------
    Refused
        It is no such code.
    """
    code = text.strip().lower().replace("_", "-")
    if code in ("", "any"):
        return ""
    if not _LANGUAGE.fullmatch(code):
        raise Refused(
            Sentence(
                "names the language “{text}”; write its code, such as en or he", text=text.strip()
            )
        )
    return code


def read_note(text: str) -> str:
    """Give a note as it is kept.

    Raises
    ------
    Refused
        It is too long.
    """
    note = _stored(text).strip()
    if len(note) > MAX_NOTE_CHARS:
        raise Refused(
            Sentence(
                "has a note of {count} characters; {most} are the most",
                count=len(note),
                most=MAX_NOTE_CHARS,
            )
        )
    return note


def read_last_day(text: str, today: date) -> datetime | None:
    """Read the last day on which an entry is looked for, and give the moment when that is over.

    None where none is named. Days are those of UTC.

    Raises
    ------
    Refused
        It is no day, or is over.
    """
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
        ends_at = datetime.combine(day + _DAY, time(), UTC)
    except (ValueError, OverflowError):
        raise Refused(
            Sentence("has the last day “{text}”; write it like 2027-01-31", text=text.strip())
        ) from None
    if day < today:
        raise Refused(Sentence("has the last day {day}, which is past", day=day))
    return ends_at


def last_day(ends_at: datetime) -> date:
    """Give the last day on which an entry that ends then is looked for."""
    return (ends_at - timedelta(microseconds=1)).date()


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(_LINE_END.split(text), 1):
        if line.strip():
            yield number, line


def _read(line: str, number: int, usual: Usual, today: date) -> Wanted:
    cells = line.split("\t")
    if len(cells) > len(COLUMNS) and any(map(str.strip, cells[len(COLUMNS) :])):
        raise Refused(
            Sentence(
                "has {count} columns; there are 5: phrase, action, language, note, last day",
                count=len(cells),
            )
        )
    cells += [""] * len(COLUMNS)
    phrase, action, language, note, day = (cell.strip() for cell in cells[: len(COLUMNS)])
    return Wanted(
        Entry(
            read_phrase(phrase),
            read_action(action) if action else usual.action,
            read_language(language) if language else usual.language,
            read_last_day(day, today) if day else usual.ends_at,
        ),
        read_note(note) if note else usual.note,
        number,
    )


def _stored(text: str) -> str:
    if _CONTROL.search(text):
        raise Refused(Sentence("has a control character; write it anew"))
    return text
