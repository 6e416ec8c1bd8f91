"""The site's list of words, a page at a time; what is removed from it can be put back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from modsvc.services.edit_words import PAGE_SIZE
from modsvc.web.queue import MAX_ID
from modsvc.web.words.blueprint import bp, now, service

ORDERS = {
    "phrase": lazy_gettext("A to Z"),
    "hits": lazy_gettext("Most found"),
    "dead": lazy_gettext("Least found"),
    "newest": lazy_gettext("Newest"),
}
MAX_SEARCH_CHARS, MAX_PAGE = 200, 10_000
NUMBER = re.compile(r"[0-9]{1,19}")


@dataclass(frozen=True, slots=True)
class View:
    """Which part of the list is looked at."""

    search: str
    order: str
    page: int

    @classmethod
    def asked(cls) -> View:
        """Read it from the address."""
        search = request.args.get("search", "").replace("\0", "").strip()[:MAX_SEARCH_CHARS]
        order = request.args.get("order", "")
        return cls(
            search,
            order if order in ORDERS else next(iter(ORDERS)),
            min(max(request.args.get("page", 1, type=int), 1), MAX_PAGE),
        )

    def address(self, *, removed: Sequence[int] = (), turn: int = 0) -> str:
        """Give the address of it, or of the page `turn` further; with what was removed from it."""
        return url_for(
            "words.show",
            search=self.search or None,
            order=self.order,
            page=self.page + turn if self.page + turn > 1 else None,
            removed="-".join(map(str, removed)) or None,
        )


@bp.get("/words")
def show() -> ResponseReturnValue:
    """Show a page of the list."""
    view = View.asked()
    listing = service().page(g.site, search=view.search, order=view.order, number=view.page)
    gone = numbers(request.args.get("removed", "").split("-"))
    return render_template(
        "words.html",
        listing=listing,
        gone=service().removed(g.site, gone) if gone else [],
        view=view,
        orders=ORDERS,
        now=now(),
    )


@bp.post("/words/remove")
def remove() -> ResponseReturnValue:
    """Take entries from the list, and lead to where that can be undone."""
    asked = numbers(request.form.getlist("only") or request.form.getlist("id"))
    if not asked:
        flash(_("Nothing was removed: tick the entries first."))
        return redirect(View.asked().address(), 303)
    gone = service().remove(g.site, g.visitor.id, asked)
    if not gone:
        flash(_("Nothing was removed: somebody else has done it already."))
    return redirect(View.asked().address(removed=gone), 303)


@bp.post("/words/restore")
def restore() -> ResponseReturnValue:
    """Undo a removal."""
    count = service().restore(g.site, g.visitor.id, numbers(request.form.getlist("id")))
    if count:
        flash(
            ngettext(
                "%(num)s entry is on the list again.",
                "%(num)s entries are on the list again.",
                count,
            )
        )
    else:
        flash(_("Nothing was put back: it is on the list already."))
    return redirect(View.asked().address(), 303)


def numbers(texts: Iterable[str]) -> list[int]:
    """Read the numbers of entries, no more than a page has; what is none is left out."""
    found = [int(text) for text in texts if NUMBER.fullmatch(text)]
    return [number for number in found if number <= MAX_ID][:PAGE_SIZE]
