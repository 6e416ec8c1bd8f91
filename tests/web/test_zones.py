"""Times are shown where whoever reads them is, and say how far that is from UTC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from modsvc.store import people, preferences
from modsvc.store.db import Database
from modsvc.web.zones import name_of, zones
from tests.fakes import Clock
from tests.web.browser import Browser, text
from tests.web.filled import filled

WINTER, SUMMER = (datetime(2026, month, 22, 12, tzinfo=UTC) for month in (11, 7))


def choose(browser: Browser, zone: str) -> None:
    form = filled(browser.get("/me").text, "/me")
    assert browser.post("/me", **form | {"zone": [zone]}).status_code == 303


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("UTC", "22 November 2026, 12:00 UTC, judged"),
        ("Asia/Jerusalem", "22 November 2026, 14:00 UTC+2, judged"),
        ("Asia/Kolkata", "22 November 2026, 17:30 UTC+5:30, judged"),
        ("America/St_Johns", "22 November 2026, 08:30 UTC−3:30, judged"),
        ("Pacific/Kiritimati", "23 November 2026, 02:00 UTC+14, judged"),
    ],
)
def test_a_time_is_shown_in_the_zone_that_was_chosen(
    dana: Browser, case: str, zone: str, shown: str
) -> None:
    choose(dana, zone)

    page = dana.get(case)

    assert shown in text(page)
    assert 'datetime="2026-11-22T12:00:00+00:00"' in page.text


def test_a_zone_is_as_far_as_it_was_on_that_day(
    dana: Browser, send: Callable[..., dict[str, Any]], clock: Clock
) -> None:
    clock.now = SUMMER
    send()
    clock.now = WINTER
    send("Another dubious remark.")
    choose(dana, "Asia/Jerusalem")

    page = text(dana.get("/cases/1"))

    assert "22 July 2026, 15:00 UTC+3" in page
    assert "22 November 2026, 14:00 UTC+2" in page


def test_a_zone_that_this_machine_does_not_know_is_utc(
    dana: Browser, case: str, database: Database
) -> None:
    with database.write() as db:
        found = people.find(db, "Dana")
        assert found is not None
        gone = preferences.read('{"zone": "Atlantis/Capital"}')
        preferences.save(db, found.id, gone)

    assert "12:00 UTC, judged" in text(dana.get(case))
    assert "zone" not in filled(dana.get("/me").text, "/me")  # The first is, which is UTC.


def test_what_was_chosen_is_shown_chosen_by_whichever_of_a_place_s_names(dana: Browser) -> None:
    for zone in ("Asia/Kolkata", "Asia/Calcutta", "Europe/Berlin"):
        choose(dana, zone)

        page = dana.get("/me")

        assert filled(page.text, "/me")["zone"] == [zone]
        assert page.text.count("India Time") == 1


def test_zones_are_utc_and_places() -> None:
    assert zones()[0] == "UTC"
    assert {"Asia/Jerusalem", "Europe/London", "America/New_York"} <= set(zones())
    assert not any(zone.startswith("Etc/") for zone in zones())
    assert name_of(WINTER) == "UTC"
