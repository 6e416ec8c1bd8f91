"""What the visitor likes their pages to be."""

from __future__ import annotations

from flask import g, session

from modsvc.core.preferences import READING, Preferences

READ = "read"


def preferences() -> Preferences:
    """Give what the visitor chose, or what most would."""
    chosen: Preferences | None = getattr(g.visitor, "preferences", None)
    return chosen or Preferences()


def reading(asked: str | None) -> str:
    """Give how cases are read: as the address asks, and then in this session until it asks anew."""
    if asked in READING:
        if session.get(READ) != asked:
            session[READ] = asked
        return asked
    return str(session.get(READ) or preferences().reading)
