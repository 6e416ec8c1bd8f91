"""What whoever looks at a page likes it to be, and whether they lead."""

from __future__ import annotations

from flask import g, session

from modsvc.core.preferences import READING, Preferences
from modsvc.core.roles import OVERSEE

READ = "read"


def preferences() -> Preferences:
    """Give what the visitor likes."""
    liked: Preferences = g.visitor.preferences
    return liked


def is_lead() -> bool:
    """Tell whether the visitor leads at this site, and so sees what was left to leads."""
    return OVERSEE in g.may


def reading(asked: str | None) -> str:
    """Give how cases are read: as the address asks, and then in this session until it asks anew."""
    if asked in READING:
        if session.get(READ) != asked:
            session[READ] = asked
        return asked
    return str(session.get(READ) or preferences().reading)
