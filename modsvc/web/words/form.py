"""What an editor writes about entries: kept as written, so that it can be shown again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict

from modsvc.core.word_lines import (
    Mistake,
    Refused,
    Usual,
    Wanted,
    last_day,
    read_action,
    read_language,
    read_last_day,
    read_lines,
    read_note,
    read_phrase,
)
from modsvc.core.words import Entry
from modsvc.store.words import Line
from modsvc.web.language import translated

T = TypeVar("T")
ENTRY = lazy_gettext("The entry %(why)s.")
FORM = lazy_gettext("The form %(why)s.")


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form as they were sent."""

    phrases: str = ""
    action: str = "hold"
    language: str = ""
    note: str = ""
    last_day: str = ""

    @classmethod
    def sent(cls, fields: MultiDict[str, str]) -> Form:
        """Read a form that was sent."""
        return cls(*(fields.get(name, "") for name in cls.__slots__))

    @classmethod
    def of(cls, line: Line) -> Form:
        """Fill a form with an entry of the list."""
        day = last_day(line.ends_at).isoformat() if line.ends_at else ""
        return cls(line.phrase, line.action.word, line.language, line.note, day)


@dataclass(frozen=True, slots=True)
class Read:
    """What a form asks for; nothing, where it has problems or lines that cannot be used."""

    wanted: list[Wanted]
    problems: list[str]
    mistakes: list[Mistake]

    @property
    def is_good(self) -> bool:
        """Whether all of it can be used."""
        return not self.problems and not self.mistakes


def read(form: Form, today: date) -> Read:
    """Read a form that has a phrase on each line."""
    usual, problems = _usual(form, today, kept=None)
    wanted, mistakes = read_lines(form.phrases, usual, today)
    if not wanted and not mistakes:
        problems.append(_("There is no phrase yet. Write at least one."))
    return Read(wanted, problems, mistakes)


def read_one(form: Form, line: Line, today: date) -> Read:
    """Read a form that has one phrase, in the place of an entry of the list."""
    usual, problems = _usual(form, today, kept=line)
    phrase = _told(ENTRY, lambda: read_phrase(form.phrases), "", problems)
    entry = Entry(phrase, usual.action, usual.language, usual.ends_at)
    return Read([Wanted(entry, usual.note)], problems, [])


def read_list(form: Form, phrases: list[str], today: date) -> Read:
    """Read a form about phrases that are ours."""
    usual, problems = _usual(form, today, kept=None)
    entry = Entry("", usual.action, usual.language, usual.ends_at)
    wanted = [
        Wanted(replace(entry, phrase=phrase), usual.note, n) for n, phrase in enumerate(phrases, 1)
    ]
    return Read(wanted, problems, [])


def _usual(form: Form, today: date, kept: Line | None) -> tuple[Usual, list[str]]:
    """Read what is said of all phrases. An entry that has ended may keep its last day."""
    problems: list[str] = []
    same_day = kept is not None and Form.of(kept).last_day == form.last_day.strip()
    read = Usual(
        _told(FORM, lambda: read_action(form.action), Usual().action, problems),
        _told(FORM, lambda: read_language(form.language), "", problems),
        _told(FORM, lambda: read_note(form.note), "", problems),
        kept.ends_at
        if kept is not None and same_day
        else _told(FORM, lambda: read_last_day(form.last_day, today), None, problems),
    )
    return read, problems


def _told(what: str, read: Callable[[], T], otherwise: T, problems: list[str]) -> T:
    """Read a field; if it cannot be used, note why not, and give something else."""
    try:
        return read()
    except Refused as error:
        problems.append(what % {"why": translated(error.args[0])})
        return otherwise
