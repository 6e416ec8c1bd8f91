"""Moderators without a browser: they log in, ask for pages, and decide, all at once.

Half of them take the most pressing free case, one after the other, and read it before they decide.
The others go through the list as its script does: they say what they read, and decide it. Together
they send what a browser would, and nothing waits for a page to be drawn.
"""

from __future__ import annotations

import asyncio
import gzip
import http.client
import re
import time
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urlencode

import orjson

from benchmarks.arrivals import Arrived, moments, send_at
from benchmarks.client import Connection, Target
from benchmarks.desk_seed import link
from benchmarks.load import CLIENT_CORE, on_core
from benchmarks.servers import Running
from modsvc.core.review import APPROVAL, REJECTIONS

BROWSER = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
CASE = re.compile(r'data-case="(\d+)\.(\d+)"')
LOCATION = re.compile(rb"\r\nlocation: ([^\r]+)", re.IGNORECASE)
HIDDEN = re.compile(r'name="(claim_token|revision)" value="(\d+)"')
LIVE = re.compile(r'data-live="([^"]+)"')
CODES = (APPROVAL, *REJECTIONS)
FORM = "application/x-www-form-urlencoded"


@dataclass
class Visitor:
    """A moderator who is logged in: a cookie, and what their forms are signed with."""

    port: int
    cookie: str
    token: str

    def request(self, path: str, form: dict[str, str] | None = None, accept: str = "") -> bytes:
        """Write a request as a page of ours would send it: a form, or for a page."""
        headers = {**BROWSER, "Host": "127.0.0.1", "Cookie": self.cookie}
        body = b""
        if accept:
            headers["Accept"] = accept
        if form is not None:
            body = urlencode({"csrf_token": self.token, **form}).encode()
            headers |= {"Content-Type": FORM, "Content-Length": str(len(body))}
        lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
        method = "GET" if form is None else "POST"
        return f"{method} {path} HTTP/1.1\r\n{''.join(lines)}\r\n".encode() + body

    def get(self, path: str) -> tuple[float, str]:
        """Ask for a page; give the seconds it takes, and its text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.connect()
        start = time.perf_counter()
        connection.request("GET", path, headers={**BROWSER, "Cookie": self.cookie})
        answer = connection.getresponse()
        content = answer.read()
        took = time.perf_counter() - start
        connection.close()
        if answer.status != 200:
            raise AssertionError(f"{path} was answered {answer.status}")
        is_packed = answer.headers["Content-Encoding"] == "gzip"
        return took, (gzip.decompress(content) if is_packed else content).decode()


def enter(service: Running, name: str, role: str = "moderator") -> Visitor:
    """Let a new moderator in."""
    path = link(service.database.url.render_as_string(hide_password=False), name, role)
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse()
    before = str(answer.headers["Set-Cookie"]).partition(";")[0]
    token = _token(answer.read().decode())
    headers = {"Cookie": before, "Content-Type": FORM, "Sec-Fetch-Site": "same-origin"}
    connection.request("POST", path, urlencode({"csrf_token": token}), headers)
    answer = connection.getresponse()
    answer.read()
    if answer.status != 303:
        raise AssertionError(f"logging in was answered {answer.status}")
    cookie = str(answer.headers["Set-Cookie"]).partition(";")[0]
    connection.request("GET", "/queue", headers={"Cookie": cookie})
    answer = connection.getresponse()
    token = _token(answer.read().decode())
    renewed = answer.headers["Set-Cookie"]
    connection.close()
    return Visitor(service.port, str(renewed).partition(";")[0] if renewed else cookie, token)


@dataclass
class Worked:
    """What moderators did together. The times are in ms, of each kind of request."""

    seconds: float = 0.0
    times: dict[str, list[float]] = field(default_factory=dict)
    decided: list[int] = field(default_factory=list)
    refused: int = 0
    # What was answered with an error, and how often: nothing should be.
    failed: dict[str, int] = field(default_factory=dict)
    comments: Arrived | None = None


def work(
    visitors: list[Visitor],
    comments: tuple[Target, list[str], float],
    tag: str,
    *,
    seconds: float,
    pause_s: float,
) -> Worked:
    """Let moderators decide at once, each every `pause_s` or so, while comments come in.

    Parameters
    ----------
    comments : (Target, list of str, float)
        Where they are sent, what they say, and how many a second.
    """
    worked = Worked()
    with on_core(CLIENT_CORE):
        asyncio.run(_work(visitors, comments, tag, worked, seconds, pause_s))
    return worked


async def _work(
    visitors: list[Visitor],
    comments: tuple[Target, list[str], float],
    tag: str,
    worked: Worked,
    seconds: float,
    pause_s: float,
) -> None:
    target, lines, per_second = comments
    due = moments(per_second, seconds)
    requests = [target.request(lines[n % len(lines)], f"{tag}-{n}") for n in range(len(due))]
    start = time.perf_counter()
    shifts = [
        Shift(visitor, worked, Random(n), start + seconds, pause_s)  # noqa: S311  The same each time.
        for n, visitor in enumerate(visitors)
    ]
    works = [(each.one_by_one if n % 2 else each.down_the_list)() for n, each in enumerate(shifts)]
    arrived, *_ = await asyncio.gather(send_at(target, requests, due, conns=16), *works)
    worked.comments = arrived
    worked.seconds = time.perf_counter() - start


class Shift:
    """A moderator at work until a moment."""

    def __init__(
        self, visitor: Visitor, worked: Worked, chance: Random, until: float, pause_s: float
    ) -> None:
        self._visitor, self._worked, self._chance = visitor, worked, chance
        self._until, self._pause_s = until, pause_s

    async def one_by_one(self) -> None:
        """Take the next case that is free, read it, decide it, and be led to the next."""
        await self._connect()
        place = ""
        while time.perf_counter() < self._until:
            if "/cases/" not in place:
                place = await self._led("claim the next", "/queue/next", {})
                continue
            _, page = await self._ask("case page", place)
            hidden = dict(HIDDEN.findall(page))
            await self._think()
            case = int(place.partition("?")[0].rpartition("/")[2])
            form = {**hidden, "code": self._chance.choice(CODES)}
            place = await self._led("decide and claim the next", f"/cases/{case}/decide", form)
            if place:
                self._worked.decided.append(case)
            else:
                self._worked.refused += 1

    async def down_the_list(self) -> None:
        """Load the list, and go down it as its script does: read, decide, look what is new."""
        await self._connect()
        left = ""
        while time.perf_counter() < self._until:
            _, page = await self._ask("queue page", "/queue")
            lines = CASE.findall(page)
            live = LIVE.findall(page)[0].replace("&amp;", "&")
            shown = "-".join(".".join(line) for line in lines)
            # Everybody sees the same list; not everybody begins at its top.
            for n, (case, revision) in enumerate(lines[self._chance.randrange(len(lines)) :]):
                if time.perf_counter() > self._until:
                    return
                form = {"case": case, **({"left": left} if left else {})}
                _, told = await self._ask("claim", "/queue/reading", form)
                left = case
                if not orjson.loads(told or "{}").get("mine"):
                    continue
                await self._think()
                if n % 2:
                    await self._ask("what is new", f"{live}&shown={shown}")
                await self._decide(case, revision)

    async def _decide(self, case: str, revision: str) -> None:
        form = {
            "case": f"{case}.{revision}",
            "code": self._chance.choice(CODES),
            "form": f"{self._chance.randrange(2**63):016x}",
        }
        _, told = await self._ask("decide", "/queue/decide", form, accept="application/json")
        done = orjson.loads(told or "{}")
        self._worked.decided += done.get("decided", [])
        self._worked.refused += len(done.get("refused", ()))

    async def _connect(self) -> None:
        self._connection = await Connection.open(Target(self._visitor.port, ""))
        # They do not all come in at the same moment.
        await asyncio.sleep(self._chance.random() * 3 * self._pause_s)

    async def _think(self) -> None:
        if self._pause_s:
            await asyncio.sleep(self._chance.expovariate(1 / self._pause_s))

    async def _led(self, name: str, path: str, form: dict[str, str]) -> str:
        """Send a form, and give where its answer leads; nowhere, if it is refused."""
        head, _ = await self._ask(name, path, form)
        found = LOCATION.search(head)
        return found[1].decode() if found else ""

    async def _ask(
        self, name: str, path: str, form: dict[str, str] | None = None, accept: str = ""
    ) -> tuple[bytes, str]:
        request = self._visitor.request(path, form, accept)
        start = time.perf_counter()
        head, body = await self._connection.fetch(request)
        self._worked.times.setdefault(name, []).append((time.perf_counter() - start) * 1e3)
        if head[9:10] not in b"23" and head[9:12] != b"409":
            what = f"{name}: {head[9:12].decode()}"
            self._worked.failed[what] = self._worked.failed.get(what, 0) + 1
            return head, ""
        if b"content-encoding: gzip" in head.lower():
            body = gzip.decompress(body)
        return head, body.decode()


def _token(page: str) -> str:
    found = TOKEN.search(page)
    if found is None:
        raise AssertionError("this page has no form")
    return found[1]
