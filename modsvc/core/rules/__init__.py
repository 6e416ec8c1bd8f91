"""Deterministic checks: each code a policy may weigh, and the function that can emit it.

A rule takes a Subject and a Policy and returns a Signal or None. It knows one thing, looks at
nothing but its arguments, and leaves the weighing to the policy.
"""

from __future__ import annotations

from collections.abc import Callable

from modsvc.core.comment import Subject
from modsvc.core.policy import Policy
from modsvc.core.rules.emoji import emoji_flood
from modsvc.core.rules.invisible import direction, invisible
from modsvc.core.rules.length import too_long, too_short
from modsvc.core.rules.links import banned, look_alike, not_allowed, shortened, too_many_links
from modsvc.core.rules.patterns import holding, rejecting
from modsvc.core.rules.personal import address, card, email, phone
from modsvc.core.rules.shouting import shouting
from modsvc.core.rules.stacked import stacked_marks
from modsvc.core.rules.words import banned_words
from modsvc.core.signals import Signal

Rule = Callable[[Subject, Policy], Signal | None]

RULES: dict[str, Rule] = {
    "words.banned": banned_words,
    "patterns.held": holding,
    "patterns.rejected": rejecting,
    "links.too_many": too_many_links,
    "links.banned": banned,
    "links.not_allowed": not_allowed,
    "links.shortener": shortened,
    "links.look_alike": look_alike,
    "length.too_long": too_long,
    "length.too_short": too_short,
    "shouting": shouting,
    "text.invisible": invisible,
    "text.direction": direction,
    "text.zalgo": stacked_marks,
    "text.emoji": emoji_flood,
    "personal.email": email,
    "personal.phone": phone,
    "personal.card": card,
    "personal.address": address,
}
