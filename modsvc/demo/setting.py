"""What the demo needs in its database before it starts: a site, a fresh key, a way in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from modsvc.store import log_ins, people, schema, sites
from modsvc.store.db import Database

SITE = "gazette"
NAME = "The Gazette (demo)"
KEY_NAME = "demo"
MODERATOR = "demo"
LINK_LASTS = timedelta(hours=12)


def prepare(database_url: str) -> tuple[str, str]:
    """Make the demo's site if it is not there, and give a fresh key and log-in token.

    The key and the link of earlier starts stop working.
    """
    database = Database(database_url)
    schema.migrate(database)
    now = datetime.now(UTC)
    with database.write() as db:
        if sites.get_site(db, SITE) is None:
            sites.add_site(db, SITE, NAME, now)
        sites.revoke_keys(db, SITE, now, name=KEY_NAME)
        key = sites.add_key(db, SITE, KEY_NAME, frozenset(sites.SCOPES), now)
        found = people.find(db, MODERATOR)
        moderator = found.id if found else people.add(db, MODERATOR, now)
        people.join_site(db, moderator, SITE, "admin")
        token = log_ins.make_link(db, moderator, now + LINK_LASTS)
    database.close()
    return key, token
