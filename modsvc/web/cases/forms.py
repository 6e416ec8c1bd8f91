"""What forms about cases carry, read strictly."""

from __future__ import annotations

import re

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.exceptions import BadRequest

from modsvc.errors import Conflict
from modsvc.services.decide_cases import Seen
from modsvc.services.work_on_case import MAX_NOTE_CHARS
from modsvc.web.cases.facts import facts, open_case
from modsvc.web.errors import sentence
from modsvc.web.queue import MAX_ID

COUNTER = re.compile(r"[0-9]{1,9}")
NUMBER = re.compile(r"[0-9]{1,19}")
LISTED = re.compile(r"([0-9]{1,19})-([0-9]{1,9})")
INCOMPLETE = lazy_gettext("The form was not complete. Load the case again.")


def counter(name: str) -> int:
    """Read a small number.

    Raises
    ------
    BadRequest
        It is none.
    """
    text = request.form.get(name, "")
    if not COUNTER.fullmatch(text):
        raise BadRequest(str(INCOMPLETE))
    return int(text)


def number(name: str) -> int | None:
    """Read a number that rows are known by; None where nothing was chosen.

    Raises
    ------
    BadRequest
        It is none.
    """
    text = request.form.get(name, "")
    if not text:
        return None
    if not NUMBER.fullmatch(text) or int(text) > MAX_ID:
        raise BadRequest(str(INCOMPLETE))
    return int(text)


def listed(name: str) -> list[Seen]:
    """Read cases that were ticked in a list, each with the revision that was shown.

    Raises
    ------
    BadRequest
        One of them is none.
    """
    seen: dict[int, Seen] = {}
    for text in request.form.getlist(name):
        match = LISTED.fullmatch(text)
        if match is None or int(match[1]) > MAX_ID:
            raise BadRequest(str(INCOMPLETE))
        seen.setdefault(int(match[1]), Seen(int(match[1]), int(match[2])))
    return list(seen.values())


def note() -> str:
    """Read a note, with the line breaks that databases know and nothing that they do not.

    Raises
    ------
    BadRequest
        It is longer than the form lets anybody write.
    """
    text = request.form.get("note", "").replace("\r\n", "\n").replace("\0", "").strip()
    if len(text) > MAX_NOTE_CHARS:
        raise BadRequest(
            _("A note has at most %(most)s characters. Nothing was changed.", most=MAX_NOTE_CHARS)
        )
    return text


def too_late(case_id: int, error: Conflict) -> tuple[str, int]:
    """Answer a form that no longer fits: say who was first, or why, and what the case is now."""
    file, form = open_case(case_id), request.form
    page = render_template(
        "conflict.html",
        why=sentence(error),
        was_edited="revision" in form and form["revision"] != str(file.case.revision),
        had_claim="claim_token" in form,
        **facts(file),
    )
    return page, 409
