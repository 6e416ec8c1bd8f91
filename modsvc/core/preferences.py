"""What a person likes their pages to be, wherever they log in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any

from modsvc.core import keyboard

THEMES = ("system", "light", "dark")
READING = ("list", "card", "one")
# What can be masked until it is asked for: slurs, threats, and whatever is severe.
BLURRED = ("slurs", "threats", "severe")
MOST_BEFORE_BREAK = 500
MAX_LANGUAGE_CHARS = 35
UTC_ZONE = "UTC"
ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,3}")
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person likes; each field is what most would, until they say otherwise."""

    theme: str = "system"
    # A language's tag, such as "he"; empty for what the browser asks for.
    language: str = ""
    # The time zone that times are shown in, as the tz database names it.
    zone: str = UTC_ZONE
    # One of the sets of core/keyboard.py, and the actions whose keys differ from it.
    keys: str = "ours"
    changed_keys: Mapping[str, str] = field(default_factory=lambda: NOTHING, hash=False)
    blurred: frozenset[str] = frozenset(BLURRED)
    reading: str = "list"
    # After how many severe comments a break is proposed; 0: never.
    break_after: int = 20
    # Whether the authors of comments are hidden.
    blind: bool = False

    @property
    def keymap(self) -> dict[str, str]:
        """Each action's key; none where keys are off."""
        return keyboard.keymap(self.keys, self.changed_keys)


_IS: dict[str, Callable[[Any], bool]] = {
    "theme": lambda value: value in THEMES,
    "language": lambda value: isinstance(value, str) and len(value) <= MAX_LANGUAGE_CHARS,
    "zone": lambda value: isinstance(value, str) and ZONE.fullmatch(value) is not None,
    "keys": lambda value: value in keyboard.SETS,
    "changed_keys": lambda value: (
        isinstance(value, Mapping)
        and all(isinstance(key, str) and keyboard.is_key(key) for key in value.values())
    ),
    "blurred": lambda value: isinstance(value, list) and set(value) <= set(BLURRED),
    "reading": lambda value: value in READING,
    "break_after": lambda value: type(value) is int and 0 <= value <= MOST_BEFORE_BREAK,
    "blind": lambda value: isinstance(value, bool),
}


def read(text: str) -> Preferences:
    """Read what `write` wrote. What is not known, or cannot be, is left at its default."""
    try:
        said = json.loads(text)
    except ValueError:
        return Preferences()
    if not isinstance(said, dict):
        return Preferences()
    known = {name: said[name] for name in _IS if name in said and _fits(name, said[name])}
    found = Preferences(**{name: _frozen(name, value) for name, value in known.items()})
    # As where a set was given keys that somebody had chosen otherwise.
    is_clear = keyboard.clash(found.keymap) is None
    return found if is_clear else replace(found, changed_keys=NOTHING)


def write(preferences: Preferences) -> str:
    """Write as JSON what differs from the defaults, so that those may change."""
    usual = Preferences()
    differs = {
        each.name: _plain(value)
        for each in fields(Preferences)
        if (value := getattr(preferences, each.name)) != getattr(usual, each.name)
    }
    return json.dumps(differs, ensure_ascii=False, sort_keys=True)


def _fits(name: str, value: object) -> bool:
    try:
        return _IS[name](value)
    except TypeError:  # What cannot be compared with what it should be is not it.
        return False


def _frozen(name: str, value: Any) -> Any:
    if name == "changed_keys":
        known = {action: key for action, key in value.items() if action in keyboard.OURS}
        return MappingProxyType(known)
    return frozenset(value) if name == "blurred" else value


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    return dict(value) if isinstance(value, Mapping) else value
