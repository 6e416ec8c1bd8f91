"""Who calls by another system's protocol: the same keys, sent where that protocol sends them."""

from __future__ import annotations

from flask import current_app
from werkzeug.exceptions import Forbidden

from modsvc.api.auth import MAX_KEY_CHARS
from modsvc.store.sites import Key

SCOPE = "protocols:call"


def find(key: str | None) -> Key | None:
    """Give what is known of a key; None when it is missing, unknown or revoked.

    Raises
    ------
    Forbidden
        It is a good key that may not call these protocols.
    StoreUnavailable
        The database cannot be reached.
    """
    if not key or len(key) > MAX_KEY_CHARS:
        return None
    known: Key | None = current_app.extensions["modsvc"].authenticate(key)
    if known is not None and SCOPE not in known.scopes:
        raise Forbidden(f"this key lacks the scope {SCOPE}")
    return known
