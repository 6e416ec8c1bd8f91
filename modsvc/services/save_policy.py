"""Save versions of a site's policy, put them in force, and go back to earlier ones."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy.engine import Connection

from modsvc.core.policy import Policy
from modsvc.core.sentence import Sentence
from modsvc.errors import PolicyChanged
from modsvc.store import decisions, policies

# A note is one line of a list, on pages and on terminals.
_UNWRITTEN = re.compile(r"[\s\0-\x1f\x7f-\x9f\ud800-\udfff]+")


def save(
    db: Connection,
    site: str,
    policy: Policy,
    *,
    note: str,
    author: int | None,
    now: datetime,
    shadow: bool = False,
    seen: int | None = None,
) -> int:
    """Keep a policy that was read, and let it judge, or only look on; give its number.

    Parameters
    ----------
    author
        The moderator who saved it; None from the command line.
    shadow
        It only looks on from now on, in place of any other that did.
    seen
        How often the site's rules had been changed when the author began.

    Raises
    ------
    NotFound
        There is no such site.
    PolicyChanged
        Somebody else has changed them since `seen`.
    """
    see_that_nothing_changed(db, site, seen)
    number = policies.add(
        db,
        site,
        document=policy.document,
        version=policy.version.partition("~")[0],
        note=_UNWRITTEN.sub(" ", note).strip(),
        author=author,
        now=now,
    )
    if shadow:
        policies.let_look_on(db, site, number, decisions.head(db, site).position)
    else:
        policies.put_in_force(db, site, number)
    return number


def see_that_nothing_changed(db: Connection, site: str, seen: int | None) -> None:
    """Keep others from changing a site's rules until the commit, and see that nobody has.

    Raises
    ------
    NotFound
        There is no such site.
    PolicyChanged
        Somebody has changed them since `seen`.
    """
    standing = policies.lock_standing(db, site)
    if seen is not None and standing.rulebook != seen:
        raise PolicyChanged(
            Sentence(
                "somebody else has changed this site's rules since you opened the page; look at "
                "what they did, and save yours again if it still should be"
            )
        )
