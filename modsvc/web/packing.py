"""Answers made small for the way: gzip, for browsers that take it.

Pages hold what is nobody else's business beside words that others chose: readers' texts, and what a
link asked for. Who can make a browser load a page again and again with words of their choice, and
sees how long the encrypted answers are, may find out the rest letter by letter (BREACH,
https://breachattack.com). So

- a page is packed only if the browser says that one of our own pages, or the visitor, asked for it;
- what forms are signed with is written differently in each answer (`masked`);
- pages that show secrets of another kind are never packed: links that let somebody in, codes of
  the second step. Only the pages of `web/__init__.py`'s `WORK` are.

Answers to programs are left as they are: packing one takes as long as making it.
"""

from __future__ import annotations

import base64
import gzip
import secrets

from flask import Response, request

# More makes pages hardly smaller, and takes longer than loopback and most lines gain by it.
LEVEL = 5
# A packet holds so much however it is written.
LEAST_BYTES = 1_000
OURS = ("same-origin", "none")  # "none": somebody typed the address or opened a bookmark.


def is_taken() -> bool:
    """Tell whether who asks takes gzip."""
    return request.accept_encodings.quality("gzip") > 0


def pack(answer: Response) -> Response:
    """Pack a page, where that is worth it and gives nothing away."""
    if answer.mimetype != "text/html" or answer.direct_passthrough:
        return answer
    answer.vary.update(("Accept-Encoding", "Sec-Fetch-Site"))
    if not is_taken() or request.headers.get("Sec-Fetch-Site") not in OURS:
        return answer
    content = answer.get_data()
    if len(content) >= LEAST_BYTES:
        answer.set_data(gzip.compress(content, LEVEL, mtime=0))
        answer.content_encoding = "gzip"
    return answer


def masked(token: str) -> str:
    """Write a token so that no two answers have anything of it in common."""
    content = token.encode()
    mask = secrets.token_bytes(len(content))
    return base64.urlsafe_b64encode(mask + _either(mask, content)).decode()


def unmasked(text: str | None) -> str | None:
    """Read what `masked` wrote; None if it is something else."""
    try:
        content = base64.b64decode((text or "").encode(), b"-_", validate=True)
        mask, rest = content[: len(content) // 2], content[len(content) // 2 :]
        return _either(mask, rest).decode()
    except ValueError:
        return None


def _either(mask: bytes, content: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(mask, content, strict=True))
