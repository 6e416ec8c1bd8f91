"""What pages fetch: styles, scripts and an icon, named by content so that they can be kept."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from mimetypes import guess_type
from pathlib import Path

from flask import Blueprint, Response, g, request, url_for
from werkzeug.exceptions import NotFound

from modsvc.web.packing import is_taken

A_YEAR_S = 365 * 24 * 3600
FOLDER = Path(__file__).parent / "static"
FILES = frozenset(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file())
# What a page needs of one kind comes as one file: it is painted later for each it has to ask for.
# The first line of a script, "use strict", holds for all of them.
BUNDLES = {
    "pages/case.css": ("modsvc.css", "case.css"),
    "pages/desk.css": ("modsvc.css", "editing.css", "desk.css"),
    "pages/editing.css": ("modsvc.css", "editing.css"),
    "pages/people.css": ("modsvc.css", "editing.css", "people.css"),
    "pages/policy.css": ("modsvc.css", "editing.css", "policy.css"),
    "pages/queue.css": ("modsvc.css", "queue.css"),
    "pages/case.js": ("keys.js", "case.js"),
    "pages/queue.js": (
        "keys.js",
        "queue.js",
        "queue-live.js",
        "queue-around.js",
        "vendor/htmx.min.js",
    ),
}
SERVED = FILES | BUNDLES.keys()


class Assets(Blueprint):
    """Serves files that never change under one address: the address names their content."""

    def get_send_file_max_age(self, filename: str | None) -> int | None:
        """Say for how many seconds a file may be kept; under another's address, not at all."""
        is_this = filename in SERVED and request.args.get("v") == digest(filename)
        return A_YEAR_S if is_this else None

    def send_static_file(self, filename: str) -> Response:
        """Send a file, packed to whoever takes it so."""
        if filename not in SERVED:
            raise NotFound
        kind, _ = guess_type(filename)
        if is_taken():
            answer = Response(packed(filename), mimetype=kind)
            answer.content_encoding = "gzip"
            answer.set_etag(f"{digest(filename)}-gzip")
        else:
            answer = Response(content(filename), mimetype=kind)
            answer.set_etag(digest(filename))
        max_age = self.get_send_file_max_age(filename)
        if max_age is None:
            answer.cache_control.no_cache = True
        else:
            answer.cache_control.public = True
            answer.cache_control.max_age = max_age
            answer.cache_control.immutable = True
        answer.make_conditional(request)
        answer.vary.add("Accept-Encoding")
        return answer


bp = Assets(
    "assets",
    __name__,
    static_folder="static",
    static_url_path="/static",
    template_folder="templates",
)


@bp.app_template_global()
def asset(name: str) -> str:
    """Give the address of a file of ours."""
    return url_for("assets.static", filename=name, v=digest(name))


@bp.app_template_global()
def style_sheet(name: str) -> str:
    """Give the address of a page's style sheet, and tell it ahead of the page."""
    g.style_sheet = asset(name)
    return str(g.style_sheet)


@bp.after_app_request
def tell(answer: Response) -> Response:
    """Let a browser ask for the style sheet before it has read where the page asks for it."""
    if address := g.get("style_sheet"):
        answer.headers["Link"] = f"<{address}>; rel=preload; as=style"
    return answer


@cache
def content(name: str) -> bytes:
    """Give what is in a file, or one after the other in those of a bundle."""
    return b"\n".join((FOLDER / each).read_bytes() for each in BUNDLES.get(name, (name,)))


@cache
def digest(name: str) -> str:
    """Give some characters that change when the file does."""
    return hashlib.sha256(content(name)).hexdigest()[:12]


@cache
def packed(name: str) -> bytes:
    """Give a file's content packed, which is done once."""
    return gzip.compress(content(name), 9, mtime=0)
