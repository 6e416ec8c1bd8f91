"""Akismet, 1.1 and 1.2: a form in (asked.py), a word out (answers.py)."""

from modsvc.protocols.akismet.routes import answer_to, bp

PATHS = ("/1.1/", "/1.2/")

__all__ = ["PATHS", "answer_to", "bp"]
