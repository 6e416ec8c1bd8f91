"""The queue's list: open cases in the order asked for, a page at a time."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.exceptions import BadRequest

from modsvc.core.filters import DUE, WORST
from modsvc.core.labels import LABELS
from modsvc.core.review import APPROVAL, REJECTIONS
from modsvc.core.severity import is_severe, spread
from modsvc.services.show_queue import Page
from modsvc.store.acts import Act
from modsvc.store.queue import Line
from modsvc.store.queue_keys import Count, Cursor
from modsvc.web import exposure, wording
from modsvc.web.keys import DOES
from modsvc.web.preferences import is_lead, preferences
from modsvc.web.queue import filters
from modsvc.web.queue.blueprint import MAX_ID, bp, service
from modsvc.web.queue.filters import View
from modsvc.web.queue.views import kept_views
from modsvc.web.wording import EPOCH

# How many cases a page has: to look over, to read, and to read one by one. The page itself asks for
# the next before they run out.
SIZES = {"list": 30, "card": 20, "one": 11}
READINGS = {
    "list": lazy_gettext("List"),
    "card": lazy_gettext("Cards"),
    "one": lazy_gettext("One at a time"),
}
MOMENT = re.compile(r"([0-9]{1,16})-([0-9]{1,19})")
STRENGTH = re.compile(r"([0-9](?:\.[0-9]{1,20})?(?:e-[0-9]{1,3})?)-([0-9]{1,19})")


@bp.get("/")
def home() -> ResponseReturnValue:
    """Lead to the queue."""
    return redirect(url_for("queue.show"))


@bp.get("/queue")
def show() -> ResponseReturnValue:
    """Show the open cases that are asked for."""
    view, parts = View.asked(), service()
    after = read_cursor(request.args["after"], view.order) if "after" in request.args else None
    page = parts.show_queue.page(g.site, view.wanted(), size=SIZES[view.read], after=after)
    if view.read == "one" and view.order == DUE:
        severe = partial(_is_severe, page)
        page = replace(page, lines=spread(page.lines, severe, exposure.since_severe()))
    is_clear = not page.n_open and not view.filters.asks
    return render_template(
        "queue.html",
        view=view,
        page=page,
        is_later=after is not None,
        following=cursor(page.after, view.order),
        is_severe=partial(_is_severe, page),
        nudge=exposure.nudge(),
        further=cursor(page.further, view.order),
        cleared=parts.show_queue.cleared(g.site) if is_clear else None,
        views=kept_views(),
        act=_act(),
        is_lead=is_lead(),
        now=parts.now(),
        keys=preferences().keymap,
        key_names=DOES,
        form=secrets.token_hex(16),
        names=filters,
        readings=READINGS,
        labels=LABELS,
        approval=APPROVAL,
        rejections=REJECTIONS,
        counted=counted,
    )


@bp.post("/queue/next")
def claim_next() -> ResponseReturnValue:
    """Claim the most pressing case that is free, and open it."""
    return to_next_case()


def to_next_case(*, but: int | None = None) -> ResponseReturnValue:
    """Lead to the most pressing free case, claimed; or back to the queue where there is none.

    It is not `but`, which was just left to others.
    """
    case_id = service().review_case.claim_next(
        g.site, g.visitor.id, is_lead=is_lead(), spare=exposure.is_spared(), but=but
    )
    if case_id is None:
        flash(_("No case is free at the moment."))
        return redirect(url_for("queue.show"), 303)
    return redirect(url_for("cases.show", case_id=case_id), 303)


def counted(count: Count) -> str:
    """Write a count as it is known."""
    if count.is_exact:
        return wording.counted(count.n)
    return f"{wording.counted(count.n)}+" if count.n else _("some")


def cursor(place: Cursor | None, order: str) -> str | None:
    """Write where a page ended: what its last case is ordered by, and its id."""
    if place is None:
        return None
    at: Any = place[0]
    if order != WORST:
        at = (at - EPOCH) // timedelta(microseconds=1)
    return f"{at}-{place[1]}"


def read_cursor(text: str, order: str) -> Cursor:
    """Read what `cursor` wrote.

    Raises
    ------
    BadRequest
        It is not one of ours.
    """
    match = (STRENGTH if order == WORST else MOMENT).fullmatch(text)
    if match is None or int(match[2]) > MAX_ID:
        raise BadRequest(_("This address does not lead to a part of the queue."))
    if order == WORST:
        return float(match[1]), int(match[2])
    try:
        return EPOCH + timedelta(microseconds=int(match[1])), int(match[2])
    except OverflowError:
        raise BadRequest(_("This address does not lead to a part of the queue.")) from None


def _is_severe(page: Page, line: Line) -> bool:
    return is_severe(line.reasons, page.rules)


def _act() -> Act | None:
    """Give what the visitor did just now, if the address says so."""
    did = request.args.get("did", "")
    if not filters.NUMBER.fullmatch(did) or int(did) > MAX_ID:
        return None
    act = service().show_queue.act(g.site, g.visitor.id, int(did))
    return act if act and act.undone_at is None else None
