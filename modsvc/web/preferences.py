"""What whoever looks at a page likes it to be, whether they lead, and whether they judge blind."""

from __future__ import annotations

from flask import current_app, g, session

from modsvc.core.preferences import READING, Preferences
from modsvc.core.roles import OVERSEE

READ = "read"
# What a policy calls it, and the log.
AUTHOR = "author"


def preferences() -> Preferences:
    """Give what the visitor likes."""
    liked: Preferences = g.visitor.preferences
    return liked


def is_lead() -> bool:
    """Tell whether the visitor leads at this site, and so sees what was left to leads."""
    return OVERSEE in g.may


def hides_author(*, waits: bool = True) -> bool:
    """Tell whether the visitor is not to know who wrote a comment that waits; every page asks here.

    They judge blind if they like to, or if the site has all its moderators do so.
    """
    policies = current_app.extensions["modsvc"].policies
    return waits and (preferences().blind or AUTHOR in policies.of(g.site).policy.queue.hidden)


def reading(asked: str | None) -> str:
    """Give how cases are read: as the address asks, and then in this session until it asks anew."""
    if asked in READING:
        if session.get(READ) != asked:
            session[READ] = asked
        return asked
    return str(session.get(READ) or preferences().reading)
