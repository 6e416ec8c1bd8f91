"""The queue in Debian's Chromium: what a moderator waits for, as the browser itself times it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

from benchmarks.load import CLIENT_CORE, on_core

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-sync",
]
# What DevTools calls Slow 3G: 400 kbit/s, and two seconds there and back.
SLOW_3G = {
    "offline": False,
    "latency": 2_000,
    "downloadThroughput": 50_000,
    "uploadThroughput": 50_000,
}
# Between two decisions: quicker than anybody reads.
PACE_MS = 120
SETTLED_MS = 2_500
PATIENCE_S = 60
# Runs before the page's own scripts. A frame is painted after its animation callbacks, and the next
# task comes after that.
WATCH = """
performance.setResourceTimingBufferSize(10000);
window.seen = {painted: [], pressed: [], interactions: new Map(), lcp: 0};
const port = new MessageChannel();
const due = [];
port.port1.onmessage = () => {
  for (const since of due.splice(0)) seen.painted.push(performance.now() - since);
};
const current = () => document.querySelector("#feed > .current:not(.gone)");
addEventListener("keydown", (event) => {
  seen.pressed.push(event.timeStamp);
  const before = current();
  requestAnimationFrame(() => {
    if (current() === before) return;
    due.push(event.timeStamp);
    port.port2.postMessage(0);
  });
}, true);
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) if (each.interactionId)
    seen.interactions.set(each.interactionId, Math.max(each.duration, seen.interactions.get(each.interactionId) ?? 0));
}).observe({type: "event", durationThreshold: 16, buffered: true});
new PerformanceObserver((list) => (seen.lcp = list.getEntries().at(-1).startTime)).observe({type: "largest-contentful-paint", buffered: true});
"""  # noqa: E501  Scripts as they read best.
# From the key to the task after the frame in which the context is there.
BESIDE = """() => {
  const place = current().querySelector(".beside .here");
  seen.beside = 0;
  addEventListener("keydown", (event) => new MutationObserver((_, watch) => {
    watch.disconnect();
    const since = event.timeStamp;
    requestAnimationFrame(() => setTimeout(() => (seen.beside = performance.now() - since)));
  }).observe(place, {childList: true}), {once: true, capture: true});
}"""
SENT = """() => performance.getEntriesByType("resource")
  .filter((e) => e.name.includes("/queue/decide"))
  .map((e, n) => [e.requestStart - e.startTime, e.responseStart - e.requestStart,
                  e.responseEnd - seen.pressed[n]])"""


@dataclass
class Keyed:
    """What came of many decisions by key, in ms.

    `before_sent` is the browser's own time for a request, `answered` the server's as the browser
    sees it, and `confirmed` all from the key to the answer.
    """

    painted: list[float]
    interactions: list[float]
    before_sent: list[float]
    answered: list[float]
    confirmed: list[float]


@dataclass
class Loaded:
    """What came of loading a page: bytes on the wire, and ms until it was painted."""

    n_bytes: int
    painted: float
    urls: dict[str, int] = field(default_factory=dict)


class Desk:
    """A moderator's browser at a service."""

    def __init__(self, browser: Browser, base: str, link: str) -> None:
        self._browser, self._base = browser, base
        context, page = self._context(None)
        page.goto(base + link)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/queue")
        self._state: Any = context.storage_state()
        context.close()

    def decide(self, n: int, *, slower: float = 1) -> Keyed:
        """Approve cases by key, one after the other, on a processor made slower."""
        context, page = self._context(self._state)
        _throttle(page, slower)
        page.goto(f"{self._base}/queue")
        _wait(page, "document.documentElement.classList.contains('js')")
        page.wait_for_timeout(1_000 * slower)  # As if it was read; scripts settle meanwhile.
        for _ in range(n):
            page.keyboard.press("a")
            page.wait_for_timeout(PACE_MS)
        _wait(page, "document.documentElement.dataset.waiting === '0'")
        page.wait_for_timeout(500)
        seen = page.evaluate(
            "({painted: seen.painted, interactions: [...seen.interactions.values()]})"
        )
        sent = page.evaluate(SENT)
        context.close()
        if len(seen["painted"]) < n * 0.98 or len(sent) != n:
            raise AssertionError(
                f"of {n} keys {len(seen['painted'])} showed a case, {len(sent)} were sent"
            )
        # What took less than a sixtieth of a second is not told one by one.
        unseen = [16.0] * (n - len(seen["interactions"]))
        before, answered, confirmed = map(list, zip(*sent, strict=True))
        return Keyed(seen["painted"], seen["interactions"] + unseen, before, answered, confirmed)

    def load(self, path: str = "/queue", *, slower: float = 1, slow_net: bool = False) -> Loaded:
        """Load a page with nothing kept from before."""
        context, page = self._context(self._state)
        cdp = _throttle(page, slower)
        cdp.send("Network.enable")
        if slow_net:
            cdp.send("Network.emulateNetworkConditions", SLOW_3G)
        urls: dict[str, str] = {}
        sizes: dict[str, int] = {}

        def ask(event: Any) -> None:
            urls[event["requestId"]] = event["request"]["url"]

        def end(event: Any) -> None:
            sizes[event["requestId"]] = int(event["encodedDataLength"])

        cdp.on("Network.requestWillBeSent", ask)
        cdp.on("Network.loadingFinished", end)
        page.goto(self._base + path, timeout=120_000)
        _wait(page, "seen.lcp > 0")
        page.wait_for_timeout(200 * slower)
        painted = float(page.evaluate("seen.lcp"))
        # What a page asks for once it is there is not its first load.
        wanted = {
            urls[each]: n for each, n in sizes.items()
            if "/static/" in urls[each] or urls[each] == self._base + path
        }  # fmt: skip
        context.close()
        return Loaded(sum(wanted.values()), painted, wanted)

    def open_case(self, n: int) -> list[float]:
        """Open cases from the queue by key; give the ms from the key until each is painted."""
        context, page = self._context(self._state)
        page.goto(f"{self._base}/queue")
        times = []
        for _ in range(n):
            page.keyboard.press("j")
            # Of what another document measured only the wall's clock is known.
            page.evaluate(
                "document.addEventListener('keydown', (e) => (sessionStorage.since ="
                " performance.timeOrigin + e.timeStamp), {once: true, capture: true})"
            )
            page.keyboard.press("Enter")
            page.wait_for_url("**/cases/*")
            _wait(page, "seen.lcp > 0")
            times.append(
                float(
                    page.evaluate(
                        "performance.timeOrigin + seen.lcp - Number(sessionStorage.since)"
                    )
                )
            )
            page.go_back()
            page.wait_for_url("**/queue**")
        context.close()
        return times

    def open_context(self, n: int) -> list[float]:
        """Open what stands around a comment, by key; give the ms from the key until it is there."""
        context, page = self._context(self._state)
        page.goto(f"{self._base}/queue")
        page.wait_for_timeout(700)
        times = []
        for _ in range(n):
            page.keyboard.press("j")
            page.evaluate(BESIDE)
            page.keyboard.press("c")
            _wait(page, "seen.beside > 0")
            times.append(float(page.evaluate("seen.beside")))
            page.keyboard.press("c")
            page.wait_for_timeout(PACE_MS)
        context.close()
        return times

    def told_after(self, change: Any) -> float:
        """Change what waits elsewhere; give the ms until the page's count says so."""
        context, page = self._context(self._state)
        page.goto(f"{self._base}/queue")
        page.wait_for_timeout(700)
        before = page.locator("#open").inner_text()
        page.evaluate(
            "(before) => { const open = document.querySelector('#open');"
            " new MutationObserver(() => { if (open.textContent !== before)"
            " seen.told ??= Date.now(); }).observe(open, {childList: true}); }",
            before,
        )
        changed = change()
        _wait(page, f"document.querySelector('#open').textContent !== {before!r}")
        told = float(page.evaluate("seen.told"))
        context.close()
        return told - changed * 1e3

    def _context(self, state: Any) -> tuple[BrowserContext, Page]:
        context = self._browser.new_context(
            viewport={"width": 1280, "height": 800}, locale="en-GB", storage_state=state
        )
        context.add_init_script(WATCH)
        page = context.new_page()
        # A new window has pages of the browser's own to load, some hundred files.
        page.wait_for_timeout(SETTLED_MS)
        return context, page


@contextmanager
def browsing(base: str, link: str) -> Iterator[Desk]:
    """Open a browser on the clients' core, in which somebody is logged in by a link."""
    with on_core(CLIENT_CORE), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield Desk(browser, base, link)
        browser.close()


def _throttle(page: Page, slower: float) -> CDPSession:
    cdp = page.context.new_cdp_session(page)
    if slower != 1:
        cdp.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    return cdp


def _wait(page: Page, expression: str) -> None:
    """Wait until an expression is true. The browser's own way needs what our policy forbids."""
    until = time.monotonic() + PATIENCE_S
    while not page.evaluate(expression):
        if time.monotonic() > until:
            raise AssertionError(f"it never came to be: {expression}")
        page.wait_for_timeout(20)
