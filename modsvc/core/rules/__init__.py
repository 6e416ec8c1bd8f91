"""Deterministic checks: each code a policy may weigh, and the function that can emit it.

A rule takes a Subject and a Policy and returns a Signal or None. It knows one thing, looks at
nothing but its arguments, and leaves the weighing to the policy.
"""

from __future__ import annotations

from collections.abc import Callable

from modsvc.core.comment import Subject
from modsvc.core.policy import Policy
from modsvc.core.rules.author import new_author, rejected_author
from modsvc.core.rules.emoji import emoji_flood
from modsvc.core.rules.expressions import holding as expressions_held
from modsvc.core.rules.expressions import rejecting as expressions_rejected
from modsvc.core.rules.haste import crowded_article, hasty_address, hasty_author
from modsvc.core.rules.invisible import direction, invisible
from modsvc.core.rules.length import too_long, too_short
from modsvc.core.rules.links import banned, look_alike, not_allowed, shortened, too_many_links
from modsvc.core.rules.patterns import holding as patterns_held
from modsvc.core.rules.patterns import rejecting as patterns_rejected
from modsvc.core.rules.personal import address, card, email, phone
from modsvc.core.rules.place import closed, language_not_accepted, premoderated
from modsvc.core.rules.repeats import others_repeats, own_repeats, rejected_repeats
from modsvc.core.rules.reports import reported
from modsvc.core.rules.shouting import shouting
from modsvc.core.rules.stacked import stacked_marks
from modsvc.core.rules.words import banned_words, suspect_words
from modsvc.core.signals import Signal

Rule = Callable[[Subject, Policy], Signal | None]

RULES: dict[str, Rule] = {
    "words.banned": banned_words,
    "words.suspect": suspect_words,
    "patterns.held": patterns_held,
    "patterns.rejected": patterns_rejected,
    "expressions.held": expressions_held,
    "expressions.rejected": expressions_rejected,
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
    "author.new": new_author,
    "author.rejections": rejected_author,
    "author.too_fast": hasty_author,
    "article.too_fast": crowded_article,
    "address.too_fast": hasty_address,
    "repeats.author": own_repeats,
    "repeats.others": others_repeats,
    "repeats.rejected": rejected_repeats,
    "reports.many": reported,
    "article.premoderated": premoderated,
    "article.closed": closed,
    "language.not_accepted": language_not_accepted,
}
