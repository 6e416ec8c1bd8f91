"""The demo's newspaper: an article and its readers' comments, on a server of its own.

It is what any site's back end is to modsvc: it POSTs what readers write, shows what is approved,
and follows the feed of decisions to learn what moderators decided.
"""

from __future__ import annotations

import secrets
import threading
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from flask import Flask, redirect, render_template, request, url_for
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Response

from modsvc import headers
from modsvc.core.comment import MAX_BODY_CHARS
from modsvc.demo.site import Site, article, comments
from modsvc.errors import ModsvcError

MAX_FORM_BYTES = 256 << 10


class Thread:
    """The comments under the article, and what became of each.

    What visitors write is kept in a file of its own beside the demo's database: modsvc is asked for
    decisions, and is not the site's archive.
    """

    def __init__(self, site: Site, archive: Path) -> None:
        self._site, self._archive = site, archive
        self._lock = threading.Lock()
        self._cursor = "0"
        self._decisions: dict[str, dict[str, Any]] = {}
        self.comments = [*comments(), *self._read_archive()]

    def post_all(self) -> dict[str, int]:
        """POST every comment, and count them by what became of them."""
        return dict(Counter(self._site.post(comment)["status"] for comment in self.comments))

    def add(self, body: str, name: str) -> str:
        """POST a visitor's comment, keep it, and give its id."""
        comment = {
            "id": f"visitor-{secrets.token_hex(4)}",
            "body": body,
            "article": article(),
            "author": {"id": f"visitor-{name.casefold()}", "name": name},
            "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        self._site.post(comment)
        with self._lock:
            self.comments.append(comment)
            with self._archive.open("ab") as file:
                file.write(orjson.dumps(comment, option=orjson.OPT_APPEND_NEWLINE))
        return str(comment["id"])

    def follow(self) -> dict[str, dict[str, Any]]:
        """Read on in the feed, and give the decision now in force on each comment."""
        with self._lock:
            while True:
                new, self._cursor = self._site.decisions(self._cursor)
                if not new:
                    return dict(self._decisions)
                self._decisions |= {decision["id"]: decision for decision in new}

    def _read_archive(self) -> list[dict[str, Any]]:
        if not self._archive.exists():
            return []
        return [orjson.loads(line) for line in self._archive.read_bytes().splitlines()]


def create_website(thread: Thread, queue_url: str) -> Flask:
    """Build the newspaper's website. `queue_url` is where its moderators work."""
    app = Flask("modsvc.demo")
    app.config["MAX_CONTENT_LENGTH"] = MAX_FORM_BYTES
    headers.register(app)

    @app.get("/")
    def show() -> str:
        return render_template(
            "article.html",
            article=article(),
            comments=thread.comments,
            decisions=thread.follow(),
            queue_url=queue_url,
            limit=MAX_BODY_CHARS,
        )

    @app.post("/comments")
    def comment() -> Response | tuple[str, int]:
        body = request.form.get("body", "").strip().replace("\x00", "")
        name = request.form.get("name", "").strip().replace("\x00", "")[:40] or "visitor"
        if not body:
            return render_template("refused.html", why="A comment needs some words."), 422
        try:
            added = thread.add(body, name)
        except ModsvcError as error:
            return render_template("refused.html", why=str(error)), 422
        return redirect(url_for("show", _anchor=added), 303)

    return app


class Quiet(WSGIRequestHandler):
    """Says nothing of each request: the terminal is for what the demo says."""

    def log_request(self, *_: object) -> None:
        """Say nothing."""


def serve(app: Flask, host: str) -> BaseWSGIServer:
    """Serve the website on a free port, on a thread; `.port` says which."""
    server = make_server(host, 0, app, threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, name="newspaper", daemon=True).start()
    return server
