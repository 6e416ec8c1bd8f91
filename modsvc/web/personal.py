"""Personal data on a page: what stands in its place until somebody asks to see it."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from markupsafe import Markup

from modsvc.core.personal import REST
from modsvc.web.language import spoken

WORDS = {
    "email": lazy_gettext("e-mail address"),
    "phone": lazy_gettext("telephone number"),
    "card": lazy_gettext("card number"),
    "address": lazy_gettext("street address"),
    REST: lazy_gettext("rest of the text"),
}
# How many characters each counts for where a text is cut: how long it was is not told either.
CHARS = 16


def told(shown: Markup) -> Markup:
    """Keep together what was asked for: digits go their own way, and not that of what is around."""
    return Markup("<bdi>{}</bdi>").format(shown)


def stand_in(kind: str) -> Markup:
    """Name what is kept back, and say no more of it.

    It has a direction of its own, so that the text around it keeps the one that its own words have.
    """
    return Markup('<span class="kept" dir="{}"><span class="unseen">{} </span>{}</span>').format(
        spoken().direction, _("hidden"), WORDS[kind]
    )
