"""What pages fetch: one style sheet and an icon, named by content so that they can be kept."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, url_for

A_YEAR_S = 365 * 24 * 3600


class Assets(Blueprint):
    """Serves files that never change under one address: the address names their content."""

    def get_send_file_max_age(self, filename: str | None) -> int | None:  # noqa: ARG002  Flask's signature.
        """Say for how many seconds a file may be kept."""
        return A_YEAR_S


bp = Assets(
    "assets",
    __name__,
    static_folder="static",
    static_url_path="/static",
    template_folder="templates",
)


@bp.app_template_global()
def asset(name: str) -> str:
    """Give the address of a file of ours."""
    return url_for("assets.static", filename=name, v=digest(name))


@cache
def digest(name: str) -> str:
    """Give some characters that change when the file does."""
    content = (Path(__file__).parent / "static" / name).read_bytes()
    return hashlib.sha256(content).hexdigest()[:12]
