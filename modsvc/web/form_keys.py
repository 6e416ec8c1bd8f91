"""What a form is known by when it is sent once more: its page, and what it asks for."""

from __future__ import annotations

import hashlib
import re

from flask import request

FORM = re.compile(r"[0-9a-zA-Z-]{8,64}")


def form_key(*asked: object) -> str | None:
    """Give what a form is known by; None where its page sent nothing along.

    One page has many buttons, and whoever goes back to it may press another.
    """
    page = request.form.get("form", "")
    if not FORM.fullmatch(page):
        return None
    return hashlib.sha256("\0".join((page, *map(str, asked))).encode()).hexdigest()
