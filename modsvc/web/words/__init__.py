"""The site's words: the list with its hits, each entry by itself, and what is to be added."""

from __future__ import annotations

from modsvc.web.words import adding, entry, listing
from modsvc.web.words.blueprint import bp

__all__ = ["adding", "bp", "entry", "listing"]
