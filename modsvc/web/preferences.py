"""What whoever looks at a page likes it to be, and whether they lead."""

from __future__ import annotations

from flask import g

from modsvc.core.preferences import Preferences
from modsvc.core.roles import OVERSEE


def preferences() -> Preferences:
    """Give what the visitor likes."""
    liked: Preferences = g.visitor.preferences
    return liked


def is_lead() -> bool:
    """Tell whether the visitor leads at this site, and so sees what was left to leads."""
    return OVERSEE in g.may
