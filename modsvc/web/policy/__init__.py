"""The policy's pages: a form and a text of it, a comment to try, versions, replays, the shadow."""

from __future__ import annotations

from modsvc.web.policy import draft, editing, replays, shadow, trying, versions
from modsvc.web.policy.blueprint import bp

try_bp = trying.bp

__all__ = ["bp", "draft", "editing", "replays", "shadow", "try_bp", "versions"]
