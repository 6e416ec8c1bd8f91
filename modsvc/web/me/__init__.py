"""A person's own pages: what they like, their keys, password, sessions and second step."""

from __future__ import annotations

from modsvc.web.me import keys, preferences, security  # Their pages are the blueprint's.
from modsvc.web.me.blueprint import bp
from modsvc.web.me.second_step import bp as second_step_bp

__all__ = ["bp", "keys", "preferences", "second_step_bp", "security"]
