"""A policy document in plain words: what a signal does, and what is otherwise in some places."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext, lazy_pgettext

from modsvc.core.policy_document.document import undotted
from modsvc.web.policy import form
from modsvc.web.policy.naming import BY_DEGREES, LIMIT_NAMES, name_of

CHOSEN = {
    form.PASS: lazy_gettext("let pass"),
    form.HOLD: lazy_pgettext("what a rule does", "held"),
    form.REJECT: lazy_pgettext("what a rule does", "rejected"),
}


def band(hold: str, reject: str) -> str:
    """Say what the two numbers of a band mean."""
    if hold and reject:
        return _("held from %(hold)s and rejected from %(reject)s", hold=hold, reject=reject)
    if hold:
        return _("held from %(number)s", number=hold)
    return _("rejected from %(number)s", number=reject) if reject else _("never stopped")


def share(text: str) -> str:
    """Say a probability as a share of comments; nothing for what is none."""
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return ""
    if not 0 < number <= 1:
        return ""
    return _("%(number)s in 100", number=form.shown(round(number * 100, 2)))


def elsewhere(document: str) -> dict[str, list[str]]:
    """Say what is otherwise under some articles and for some authors: sentences under titles."""
    try:
        tables = tomllib.loads(document)
    except (ValueError, RecursionError):
        return {}
    return {title: sentences for title, sentences in _elsewhere(tables) if sentences}


def _elsewhere(tables: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    yield _("Under articles in the mode strict"), list(_changes(tables.get("strict")))
    overrides = tables.get("overrides")
    for n, each in enumerate(overrides if isinstance(overrides, list) else [], start=1):
        yield f"{n}. {_where(each)}", list(_changes(each))
    trust = tables.get("trust")
    told = trust if isinstance(trust, dict) else {}
    yield _("For staff"), list(_caps(told.get("staff_caps")))
    yield _("For authors who have earned trust"), list(_caps(told.get("earned_caps")))


def _where(override: object) -> str:
    told = override if isinstance(override, dict) else {}
    places = [
        f"{what} {', '.join(map(str, told[key]))}"
        for key, what in (
            ("sections", _("In the sections")),
            ("articles", _("Under the articles")),
        )
        if isinstance(told.get(key), list) and told[key]
    ]
    return "; ".join(places) or _("Nowhere")


def _changes(table: object) -> Iterator[str]:
    told = table if isinstance(table, dict) else {}
    bands, limits = told.get("bands"), told.get("limits")
    for code, said in undotted(bands).items() if isinstance(bands, dict) else ():
        if code in BY_DEGREES and isinstance(said, dict):
            what = band(*(form.shown(said.get(part)) for part in ("hold", "reject")))
        else:
            what = str(CHOSEN.get(form.choice(said), "?"))
        yield f"{name_of(code)}: {what}"
    for name, number in limits.items() if isinstance(limits, dict) else ():
        yield f"{LIMIT_NAMES.get(name, (name, ''))[0]}: {form.shown(number)}"


def _caps(caps: object) -> Iterator[str]:
    told = undotted(caps) if isinstance(caps, dict) else {}
    never = [name_of(code) for code, cap in told.items() if cap == 0]
    if never:
        yield _("never stopped by: %(names)s", names=", ".join(never))
    for code, cap in told.items():
        if cap != 0:
            yield _("%(name)s counts for at most %(cap)s", name=name_of(code), cap=form.shown(cap))
