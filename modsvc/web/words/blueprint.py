"""The blueprint of the pages about words, and how they say things."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from flask import Blueprint, current_app

from modsvc.core.word_lines import last_day
from modsvc.web.visitors import changed_by_editors, for_moderators
from modsvc.web.words.languages import language_name

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
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")


@bp.app_template_filter()
def date_of(then: date) -> str:
    """Write a day for people."""
    return f"{then.day} {then:%B %Y}"


for filter_ in (last_day, language_name):
    bp.add_app_template_filter(filter_)
