"""The blueprint of the queue's pages, who looks at them, and what they are asked in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app, request

from modsvc.web.visitors import for_moderators

if TYPE_CHECKING:
    from modsvc.app import Modsvc

# The greatest number that both databases count to.
MAX_ID = 2**63 - 1
JSON = "application/json"

bp = Blueprint("queue", __name__)
for_moderators(bp)


def service() -> Modsvc:
    """Give the service's parts."""
    parts: Modsvc = current_app.extensions["modsvc"]
    return parts


def by_script() -> bool:
    """Tell whether a page's script asks, which wants to know no more than what came of it."""
    return request.headers.get("Accept") == JSON
