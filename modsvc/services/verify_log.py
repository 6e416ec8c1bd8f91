"""Prove the log of decisions: every row hashed as it was, each with the one before."""

from __future__ import annotations

from modsvc.errors import LogAltered
from modsvc.store import decisions
from modsvc.store.db import Database

ROWS_AT_A_TIME = 1_000


def verify_log(database: Database, site: str) -> int:
    """Walk a site's log from its beginning and give the number of decisions.

    Raises
    ------
    LogAltered
        A row is missing, moved or not what was hashed; names the first.
    NotFound
        There is no such site.
    """
    with database.read() as db:
        head = decisions.head(db, site)
        position, hashed = 0, ""
        while rows := decisions.rows_after(db, site, position, ROWS_AT_A_TIME):
            for row in rows:
                position += 1
                if row["position"] != position:
                    raise LogAltered(f"{site}: decision {position} is missing")
                if row["prev_hash"] != hashed or row["hash"] != decisions.chain_hash(row):
                    raise LogAltered(f"{site}: decision {position} is not what was written")
                hashed = row["hash"]
        if (position, hashed) != (head.position, head.hash):
            raise LogAltered(f"{site}: the log ends at {position} and should at {head.position}")
    return position
