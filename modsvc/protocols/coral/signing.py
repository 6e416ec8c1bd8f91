"""Coral's signature: the HMAC-SHA256 of a request's bytes, several while secrets are exchanged.

https://docs.coralproject.net/webhooks
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

HEADER = "X-Coral-Signature"
_MARK = "sha256="
_MOST = 10


def sign(secret: str, body: bytes) -> str:
    """Give the signature of a body."""
    return _MARK + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def is_signed(body: bytes, header: str, secrets: Sequence[str]) -> bool:
    """Tell whether any signature of a header was made with any of the secrets.

    All are compared, each in constant time, so that the time says nothing of them.
    """
    given = [each.strip().encode("utf-8", "replace") for each in header.split(",")[:_MOST]]
    good = [sign(secret, body).encode() for secret in secrets]
    found = [hmac.compare_digest(a, b) for a in given for b in good]
    return any(found)
