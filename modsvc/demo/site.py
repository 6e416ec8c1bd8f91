"""The demo site's back end: what any site does with modsvc, over nothing but HTTP."""

from __future__ import annotations

import time
import tomllib
from http.client import HTTPException
from importlib import resources
from subprocess import Popen
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import orjson

from modsvc.errors import ModsvcError

FOLDER = resources.files("modsvc.demo")
START_WITHIN_S = 30.0
ASK_EVERY_S = 0.02
ANSWER_WITHIN_S = 10.0
# What the article says of itself that modsvc does not ask for.
OURS = ("language", "published_at")


def article() -> dict[str, str]:
    """Give the article, as it is sent along with each comment."""
    told = tomllib.loads((FOLDER / "article.toml").read_text(encoding="utf-8"))
    return {name: value for name, value in told.items() if name not in OURS}


def comments() -> list[dict[str, Any]]:
    """Give the readers' comments, as they are POSTed."""
    lines = (FOLDER / "comments.jsonl").read_text(encoding="utf-8").splitlines()
    told = article()
    comments = [orjson.loads(line) | {"article": told} for line in lines]
    for comment in comments:
        comment.pop("expect", None)  # What a sensible desk would want: for tests.
    return comments


class Site:
    """Calls modsvc at `base`, such as http://127.0.0.1:8080, with a key."""

    def __init__(self, base: str, key: str) -> None:
        self.base, self._key = base, key

    def wait(self, server: Popen[bytes]) -> None:
        """Wait until the service can decide.

        Raises
        ------
        ModsvcError
            It stopped, or did not answer in time.
        """
        deadline = time.monotonic() + START_WITHIN_S
        while server.poll() is None and time.monotonic() < deadline:
            try:
                self._call("/readyz")
            except (OSError, HTTPException):
                time.sleep(ASK_EVERY_S)
            else:
                return
        raise ModsvcError("the service did not start; its log above says why")

    def post(self, comment: dict[str, Any]) -> dict[str, Any]:
        """Ask what to do with a comment, and give the decision."""
        return self._call("/v1/comments", orjson.dumps(comment))

    def decisions(self, after: str) -> tuple[list[dict[str, Any]], str]:
        """Read on in the feed of decisions; give them and the cursor to go on from."""
        page = self._call(f"/v1/decisions?limit=500&after={after}")
        return page["decisions"], page["next"]

    def _call(self, path: str, body: bytes | None = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        request = Request(self.base + path, body, headers)  # noqa: S310  Our own address.
        try:
            with urlopen(request, timeout=ANSWER_WITHIN_S) as answer:  # noqa: S310  As above.
                told: dict[str, Any] = orjson.loads(answer.read())
        except HTTPError as error:
            with error:
                problem = orjson.loads(error.read())
            raise ModsvcError(f"{path} answered {error.code}: {problem.get('detail')}") from None
        return told
