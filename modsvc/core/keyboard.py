"""Which keys do what on the queue's pages: our set, Coral's, and what a person chose instead."""

from __future__ import annotations

import re
from collections.abc import Mapping

# Each action's key in our own set. A capital is typed with Shift; "g h" is one key after the other.
# The digits 1 to 9 choose a reason, in every set.
OURS = {
    "next": "j",
    "previous": "k",
    "approve": "a",
    "reject": "r",
    "escalate": "e",
    "pass": "p",
    "undo": "u",
    "one": "z",
    "select": "x",
    "range": "X",
    "search": "/",
    "new": "n",
    "held": "g h",
    "done": "g d",
    "context": "c",
    "blur": "b",
    "skip": ".",
    "sheet": "?",
}
CORAL = {**OURS, "approve": "d", "reject": "f"}
OFF = "off"
SETS: Mapping[str, Mapping[str, str]] = {"ours": OURS, "coral": CORAL, OFF: {}}

# One character that can be seen, or two with a blank between them. Digits are for reasons.
KEY = re.compile(r"[^\W\d_]|[!-/:-@\[-`{-~]|[a-z] [^\W\d_]")


def is_key(text: str) -> bool:
    """Tell whether an action can be given this key; none at all is a key too."""
    return not text or KEY.fullmatch(text) is not None


def keymap(chosen: str, changed: Mapping[str, str]) -> dict[str, str]:
    """Give each action's key in a set, with what was changed; an action without a key is absent."""
    if chosen == OFF:
        return {}
    keys = {**SETS[chosen], **{action: key for action, key in changed.items() if action in OURS}}
    return {action: key for action, key in keys.items() if key}


def clash(keys: Mapping[str, str]) -> tuple[str, str] | None:
    """Give two actions that one key would start, where there are any.

    A key that begins another's two ("g" beside "g h") clashes with it.
    """
    for first, key in keys.items():
        for second, other in keys.items():
            if first != second and (other == key or other.startswith(f"{key} ")):
                return first, second
    return None
