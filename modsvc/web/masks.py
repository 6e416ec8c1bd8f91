"""Words that are hard to read, covered until somebody asks for them.

A cover says in words what it is. Under it the word is in the page, but shown to nobody, nor read
out by a screen reader, until its box is ticked, or the one for all of them: that takes no script.
In lists the word is not in the page at all.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum

from flask import current_app, g
from flask_babel import gettext as _
from markupsafe import Markup

from modsvc.core.severity import covered
from modsvc.web.language import spoken
from modsvc.web.preferences import preferences

COVER = Markup('<span class="cover">{}<span class="unseen"> {}</span></span>')


class Under(Enum):
    """What is under a cover: a word with a box of its own, one without, or nothing."""

    BOX = "box"
    WORD = "word"
    NOTHING = "nothing"


def masked(shown: Markup, under: Under) -> Markup:
    """Cover a word."""
    over, way = COVER.format(_("masked"), _("word, severe")), spoken().direction
    if under is Under.NOTHING:
        return Markup('<span class="mask" dir="{}">{}</span>').format(way, over)
    word = Markup('<span class="word" dir="auto">{}</span>').format(shown)
    if under is Under.WORD:
        return Markup('<span class="mask" dir="{}">{}{}</span>').format(way, over, word)
    return Markup('<label class="mask" dir="{}"><input type="checkbox">{}{}</label>').format(
        way, over, word
    )


def cover(shown: Markup) -> Markup:
    """Cover a word that the box for all of them uncovers."""
    return masked(shown, Under.WORD)


def masks() -> Collection[str]:
    """Give the codes whose words the visitor would have covered, at this site."""
    policies = current_app.extensions["modsvc"].policies
    return covered(preferences().blurred, policies.of(g.site).policy.queue)
