"""Views: the queue's filters and order under a name."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from modsvc.errors import AlreadyExists
from modsvc.store.views import View as Kept
from modsvc.web.language import translated
from modsvc.web.preferences import hides_author, is_lead
from modsvc.web.queue.blueprint import MAX_ID, bp, service
from modsvc.web.queue.filters import OF_AUTHORS, View, read_view

MAX_NAME_CHARS = 60
VIEW = f"/queue/views/<int(max={MAX_ID}):view_id>/delete"


@bp.post("/queue/views")
def save() -> ResponseReturnValue:
    """Keep what is looked at under a name."""
    view = View.asked()
    name = " ".join(request.form.get("name", "").replace("\0", "").split())
    is_shared = is_lead() and request.form.get("shared") == "1"
    back = redirect(view.address(), 303)
    if not name or len(name) > MAX_NAME_CHARS:
        flash(
            _(
                "Nothing was saved: a view's name has up to %(most)s characters.",
                most=MAX_NAME_CHARS,
            )
        )
        return back
    query = urlencode(view.query)
    try:
        service().keep_views.add(g.site, g.visitor.id, name, query, is_shared=is_shared)
    except AlreadyExists as error:
        flash(_("Nothing was saved: %(why)s.", why=translated(error.args[0])))
        return back
    flash(_("The view was saved."))
    return back


@bp.post(VIEW)
def delete(view_id: int) -> ResponseReturnValue:
    """Delete a view."""
    service().keep_views.drop(g.site, view_id, g.visitor.id, is_lead=is_lead())
    flash(_("The view was deleted."))
    return redirect(url_for("queue.show"), 303)


def kept_views() -> list[Kept]:
    """Give the visitor's views and the site's; to who judges blind none that names an author."""
    views: list[Kept] = service().keep_views.of(g.site, g.visitor.id)
    if not hides_author():
        return views
    return [each for each in views if not dict(parse_qsl(each.query)).keys() & set(OF_AUTHORS)]


@bp.app_template_filter()
def view_address(query: str) -> str:
    """Give the address of a view, of what is kept of it."""
    return read_view(dict(parse_qsl(query))).address()
