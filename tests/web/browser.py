"""A moderator's browser, as far as tests need one: it keeps cookies and fills in forms."""

from __future__ import annotations

import html
import re

from flask import Flask
from werkzeug.test import TestResponse

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
HIDDEN = re.compile(r'name="(claim_token|revision)" value="(\d+)"')
TAG = re.compile(r"<[^>]*>")
CELL = re.compile(r"</t[dh]>")


class Browser:
    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.client.environ_base["HTTP_ACCEPT"] = "text/html"
        self.csrf_token = ""
        self.form: dict[str, str] = {}

    def get(self, path: str) -> TestResponse:
        return self._read(self.client.get(path))

    def post(self, path: str, **form: str | list[str]) -> TestResponse:
        """Send a form as the last page that had one would."""
        return self._read(self.client.post(path, data={"csrf_token": self.csrf_token, **form}))

    def follow(self, answer: TestResponse) -> TestResponse:
        assert answer.status_code in (302, 303)
        return self.get(answer.headers["Location"])

    def decide(self, case: str, code: str) -> TestResponse:
        """Press a button of the case's page as it was last read."""
        return self.post(f"{case}/decide", code=code, **self.form)

    def log_in(self, link_token: str) -> TestResponse:
        self.get(f"/log-in/link/{link_token}")
        return self.follow(self.post(f"/log-in/link/{link_token}"))

    def _read(self, answer: TestResponse) -> TestResponse:
        if token := TOKEN.search(answer.text):
            self.csrf_token = token[1]
        if hidden := dict(HIDDEN.findall(answer.text)):
            self.form = hidden
        return answer


def text(answer: TestResponse) -> str:
    """What a person reads of a page, on one line."""
    return " ".join(html.unescape(TAG.sub("", CELL.sub(" ", answer.text))).split())
