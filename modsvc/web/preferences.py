"""What whoever looks at a page likes it to be, and whether they lead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import g

LEADS = ("lead", "editor", "admin")


@dataclass(frozen=True, slots=True)
class Preferences:
    """What most people like, as far as cases are concerned."""

    # What is covered until it is asked for, by its names in core/severity.py.
    blurred: frozenset[str] = frozenset({"slurs", "threats", "severe"})
    # After how many severe comments a break is proposed; 0: never.
    break_after: int = 20
    # Whether the authors of comments are hidden.
    blind: bool = False


USUAL = Preferences()


def preferences() -> Any:
    """Give what the visitor likes."""
    return getattr(g.visitor, "preferences", USUAL)


def is_lead() -> bool:
    """Tell whether the visitor leads at this site, and so sees what was left to leads."""
    return g.visitor.roles.get(g.site) in LEADS
