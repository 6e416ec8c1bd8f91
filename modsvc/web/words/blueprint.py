"""The blueprint of the pages about words, and how they say things."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from flask import Blueprint, current_app
from flask_babel import gettext as _
from flask_babel import ngettext

from modsvc.core.word_lines import last_day
from modsvc.web.visitors import changed_by_editors, for_moderators

if TYPE_CHECKING:
    from modsvc.services.edit_words import EditWords

bp = Blueprint("words", __name__)
for_moderators(bp)
changed_by_editors(bp)


def service() -> EditWords:
    """Give what does the work."""
    found: EditWords = current_app.extensions["modsvc"].edit_words
    return found


def now() -> datetime:
    """Give the present moment."""
    moment: datetime = current_app.extensions["modsvc"].now()
    return moment


@bp.app_template_filter()
def days_ago(then: date, now: datetime) -> str:
    """Say how long a day is past."""
    days = (now.date() - then).days
    if days == 1:
        return _("yesterday")
    return ngettext("%(num)s day ago", "%(num)s days ago", days) if days else _("today")


bp.add_app_template_filter(last_day)
