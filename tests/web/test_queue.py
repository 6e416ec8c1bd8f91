from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from modsvc.store import sites
from modsvc.store.db import Database
from modsvc.web.queue import listing
from tests.conftest import SITE
from tests.fakes import Clock
from tests.web.browser import Browser, text

Send = Callable[..., dict[str, object]]
LINK = re.compile(r'data-do="open" href="(/cases/\d+)\?')


def links(page: str) -> list[str]:
    return LINK.findall(page)


@pytest.fixture
def courier(database: Database, clock: Clock) -> str:
    """Another site."""
    with database.write() as db:
        return sites.add_site(db, "courier", "The Courier", clock()).id


def test_the_first_page_leads_to_the_queue(dana: Browser):
    assert dana.get("/").headers["Location"].startswith("/queue")


def test_an_empty_queue_says_so(dana: Browser):
    assert "The queue is clear" in text(dana.get("/queue"))


def test_the_most_pressing_case_comes_first(dana: Browser, send: Send, clock: Clock):
    send("A dubious remark.", id="later")
    clock.advance(timedelta(minutes=-30))
    send("A dubious thing, and due sooner.", id="sooner")

    page = dana.get("/queue")

    assert links(page.text) == ["/cases/2", "/cases/1"]
    assert "2 open cases" in text(page)


def test_a_line_says_what_why_where_and_when(dana: Browser, send: Send, clock: Clock):
    send("A dubious remark.", article={"id": "a-1", "title": "The council votes"})
    clock.advance(timedelta(minutes=3))

    said = text(dana.get("/queue"))

    for fact in (
        "A dubious remark.",
        "toxicity 0.30",
        "on The council votes by nightowl held 3 min ago",
    ):
        assert fact in said
    assert "due in 31 min" in said


def test_a_line_says_who_is_reading_for_as_long_as_they_are(
    dana: Browser, browse: Callable[..., Browser], case: str, lapse: Callable[[], None]
):
    browse("Ben").post(f"{case}/claim")
    claimed = text(dana.get("/queue"))

    lapse()
    lapsed = text(dana.get("/queue"))

    assert "Ben is reading" in claimed
    assert "is reading" not in lapsed


def test_pages_show_each_case_once(
    dana: Browser, send: Send, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(listing.SIZES, "list", 2)
    for n in range(5):
        send("A dubious remark.", id=f"c-{n}")

    page, seen = dana.get("/queue"), []
    while True:
        seen += links(page.text)
        following = re.search(r'href="([^"]+)">Next page', page.text)
        if following is None:
            break
        page = dana.get(following[1].replace("&amp;", "&"))

    assert seen == [f"/cases/{n}" for n in range(1, 6)]


def test_an_address_that_leads_to_no_part_of_the_queue_is_refused(dana: Browser):
    for after in ("", "x", "1", "1-", "-1-1", "1-9999999999999999999", "1-1%00", "%D9%A3-1"):
        assert dana.get(f"/queue?after={after}").status_code == 400, after


def test_two_moderators_asking_for_the_next_case_get_two(
    dana: Browser, browse: Callable[..., Browser], send: Send
):
    for n in range(2):
        send("A dubious remark.", id=f"c-{n}")
    ben = browse("Ben")

    first, second = dana.post("/queue/next"), ben.post("/queue/next")
    third = browse("Cleo").post("/queue/next")

    assert first.headers["Location"] != second.headers["Location"]
    assert {a.headers["Location"][:7] for a in (first, second)} == {"/cases/"}
    assert third.headers["Location"].startswith("/queue")


def test_a_site_one_does_not_work_at_stays_closed(
    dana: Browser, case: str, courier: str, browse: Callable[..., Browser]
):
    cleo = browse("Cleo", courier)

    assert dana.get(f"/queue?site={courier}").status_code == 403
    assert cleo.get(f"/queue?site={SITE}").status_code == 403
    assert cleo.get(f"{case}?site={SITE}").status_code == 403
    assert cleo.get(case).status_code == 404
    assert cleo.post(f"{case}/claim").status_code in (303, 404)
    assert cleo.get("/queue?site=%00").status_code == 403
    assert "Nobody has this case" in text(dana.get(case))


def test_who_works_at_two_sites_goes_from_one_to_the_other(
    case: str, courier: str, browse: Callable[..., Browser]
):
    cleo = browse("Cleo", courier, SITE)

    assert "The queue is clear" in text(cleo.get("/queue"))
    assert 'href="/queue?site=gazette"' in cleo.get("/queue").text
    assert "1 open case" in text(cleo.get(f"/queue?site={SITE}"))


def test_who_works_at_no_site_is_told_so(
    app: object,
    make_moderator: Callable[..., int],
    make_link: Callable[..., str],
    database: Database,
):
    dana = Browser(app)  # type: ignore[arg-type]  # The fixture's application.
    moderator = make_moderator("Dana")
    with database.write() as db:
        db.exec_driver_sql("DELETE FROM memberships")

    answer = dana.log_in(make_link(moderator))

    assert answer.status_code == 403
    assert "You work at no site yet" in text(answer)
