"""The blueprint of a person's own pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app

from modsvc.web.visitors import for_people

if TYPE_CHECKING:
    from modsvc.services.account import Account

bp = Blueprint("me", __name__, url_prefix="/me")
for_people(bp)


def account() -> Account:
    """Give what changes what is theirs."""
    found: Account = current_app.extensions["modsvc"].account
    return found
