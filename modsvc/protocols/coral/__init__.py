"""Coral: its external moderation phase, and the webhook by which we learn what came of it."""

from modsvc.protocols.coral.routes import answer_to, bp

PATHS = ("/coral/",)

__all__ = ["PATHS", "answer_to", "bp"]
