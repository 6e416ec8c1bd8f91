"""The blueprint of the policy's pages, and what all of them ask for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from babel.numbers import format_percent
from flask import Blueprint, current_app, g
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from modsvc.core.decision import Action
from modsvc.errors import PolicyInvalid
from modsvc.services.edit_policy import Desk, EditPolicy
from modsvc.web.language import spoken, translated
from modsvc.web.policy import form, naming, places
from modsvc.web.visitors import changed_by_editors, for_moderators
from modsvc.web.wording import status

UNPROCESSABLE, CONFLICT = 422, 409
COUNTER = re.compile(r"[0-9]{1,9}")
# The greatest number of a version that both databases count to.
MAX_NUMBER = 2**31 - 1

bp = Blueprint("policy", __name__, url_prefix="/policy")
for_moderators(bp)
changed_by_editors(bp)


@bp.app_template_filter()
def anchor(value: str) -> str:
    """Name the place of a value on a page."""
    return "at-" + "-".join(value.split())


@bp.app_template_filter()
def as_status(action: str) -> str:
    """Say what an action, by its word, leaves behind."""
    return status(Action[action.upper()])


@bp.app_template_filter()
def number_text(number: float | None) -> str:
    """Write a number as the form does."""
    return form.shown(number)


@bp.app_template_filter()
def percent(share: float) -> str:
    """Write a share of one as so many in a hundred."""
    return format_percent(share, "#,##0.#%", locale=spoken().locale)


@bp.app_template_filter()
def share_of(text: str) -> float:
    """Give where a strength stands between 0 and 100; at the end where it is none."""
    try:
        number = float(text)
    except ValueError:
        return 100.0
    return round(number * 100, 4) if 0 <= number <= 1 else 100.0


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a document cannot be used, where that stands, and which value of the form it is.

    `value` is None where the form does not show it.
    """

    sentence: str
    line: int | None
    column: int | None
    text: str | None
    value: str | None

    @classmethod
    def of(cls, error: PolicyInvalid, document: str, values: Iterable[str] = ()) -> Problem:
        """Read an error about a document of which a form shows these values."""
        value = places.value_at(document, error.line)
        shown = {name.rpartition(".")[0] for name in values} | {*values}
        while value and value not in shown:
            value = value.rpartition(".")[0]
        text = places.line_at(document, error.line)
        sentence = _sentence(error.reason, value or "")
        return cls(sentence, error.line, error.column, text, value or None)


def _sentence(reason: str, value: str) -> str:
    """Write a reason as a sentence, with the plain name of the value that it is about."""
    reason = translated(reason)
    if title := naming.title(value):
        reason = reason.replace(value.partition(".")[2], f"“{title}”", 1)
    if reason.partition(" ")[0].isalpha():  # And no name of the document's.
        reason = reason[:1].upper() + reason[1:]
    return reason if reason.endswith(("?", ".", "!")) else f"{reason}."


def edit() -> EditPolicy:
    """Give what editors work with."""
    service: EditPolicy = current_app.extensions["modsvc"].edit_policy
    return service


def desk() -> Desk:
    """Give what the visitor has before them. Only editors have drafts, even if they once were."""
    return edit().desk(g.site, g.visitor.id if g.is_editor else None)


def now() -> datetime:
    """Give the time."""
    service: Callable[[], datetime] = current_app.extensions["modsvc"].now
    return service()


def counter(text: str | None) -> int:
    """Read a number that a form of ours holds.

    Raises
    ------
    BadRequest
        It is none.
    """
    if text is None or not COUNTER.fullmatch(text) or int(text) > MAX_NUMBER:
        raise BadRequest(_("The form was not complete. Load the page again."))
    return int(text)
