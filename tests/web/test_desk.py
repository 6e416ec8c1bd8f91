from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from modsvc.core.rates import Rate
from modsvc.store import people
from modsvc.store.db import Database
from modsvc.web import charts
from modsvc.web.desk import drawing, saying
from tests.calm import calm_text
from tests.conftest import SITE
from tests.fakes import Clock
from tests.histories import Desk, lived_for_days
from tests.web.browser import Browser, text

SVG = re.compile(r"<svg.*?</svg>", re.DOTALL)
SPANS = ("24h", "7d", "30d")


@pytest.fixture
def lived(app: Flask, database: Database, clock: Clock) -> Desk:
    """A site that has lived for some days, where Lea and Dana work."""
    return lived_for_days(database, app.extensions["modsvc"].writer, "lived", clock)


@pytest.fixture
def lea(browse: Callable[..., Browser], lived: Desk) -> Browser:
    """The browser of Lea, a lead."""
    return browse("Lea", SITE, lived.site, role="lead")


def marks(svg: str, name: str) -> list[dict[str, str]]:
    """The attributes of each mark of a name in a picture."""
    return [dict(re.findall(r'([\w-]+)="([^"]*)"', tag)) for tag in re.findall(rf"<{name} ([^>]*)>", svg)]  # fmt: skip


def test_each_picture_is_drawn_inside_its_frame_and_has_its_words(lea: Browser) -> None:
    for path in [f"/dashboard?site=lived&span={span}" for span in SPANS] + ["/quality?site=lived"]:
        page = lea.get(path).text
        drawn = [svg for svg in SVG.findall(page) if 'role="img"' in svg]

        assert len(drawn) >= 2
        for svg in drawn:
            names = re.findall(r'<(?:title|desc) id="([^"]+)">[^<]', svg)
            assert marks(svg, "svg")[0]["aria-labelledby"].split() == names
            for polyline in marks(svg, "polyline"):
                for pair in polyline["points"].split():
                    x, y = map(float, pair.split(","))
                    assert 0 <= x <= charts.WIDTH
                    assert 0 <= y <= charts.HEIGHT
            for rect in marks(svg, "rect"):
                x, y, width, height = (float(rect[n]) for n in ("x", "y", "width", "height"))
                assert 0 <= x <= x + width <= charts.WIDTH + 0.2
                assert 0 <= y <= y + height <= charts.HEIGHT + 0.2
        ids = re.findall(r'\bid="([^"]+)"', page)
        assert len(ids) == len(set(ids))


def test_the_dashboard_says_what_is_and_what_was(lea: Browser, lived: Desk) -> None:
    answer = lea.get("/dashboard?site=lived&span=7d")
    page = text(answer)

    n_open = lived.tables()["open"][0]["n"]
    assert f"<dt>Open now</dt><dd>{n_open}</dd>" in answer.text
    for title in ("The queue's length", "How long comments waited", "By the hour of the day"):
        assert title in page
    assert "Toxicity" in page
    assert f"{len(lived.tables()['decisions'])} decisions" in page


def test_nobodys_own_work_is_on_the_dashboard(
    lea: Browser, lived: Desk, browse: Callable[..., Browser]
) -> None:
    plain = browse("Olga", lived.site)
    with lived.database.read() as db:
        names = [people.get(db, who).name for who in lived.moderators]

    for page in (lea.get("/dashboard?site=lived").text, plain.get("/dashboard?site=lived").text):
        assert not any(name in page for name in names)
    assert "/quality?site=lived" not in plain.get("/dashboard?site=lived").text


def test_a_new_site_says_what_will_be_there(dana: Browser, browse: Callable[..., Browser]) -> None:
    answer = dana.get("/dashboard")
    quality = text(browse("Lea", role="lead").get("/quality"))

    assert "Nothing to show yet" in answer.text
    assert "<dt>Open now</dt><dd>0</dd>" in answer.text
    assert "None was looked at twice in this time" in quality
    assert "Moderators decided on nothing that was held" in quality


@pytest.mark.parametrize("path", ["/dashboard?span=1y", "/quality?span=24h"])
def test_a_span_that_is_none_is_refused(browse: Callable[..., Browser], path: str) -> None:
    assert browse("Lea", role="lead").get(path).status_code == 400


def test_the_page_of_quality_tells_what_was_counted(lea: Browser, app: Flask) -> None:
    told = app.extensions["modsvc"].read_figures.quality("lived", "90d")
    page = text(lea.get("/quality?site=lived&span=90d"))

    found = told.agreement
    assert found.is_enough
    assert f"They said the same of {found.agreed} of {found.n}; kappa is {found.kappa:.2f}" in page
    assert saying.between(told.holds) in page
    assert f"{saying.percent(told.errors.approved.share)} of {told.errors.approved.of}" in page


def test_names_are_shown_only_to_who_asks(
    lea: Browser, lived: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modsvc.core.agreement.ENOUGH", 3)
    usual = lea.get("/quality?site=lived").text
    asked = lea.get("/quality?site=lived&names=1").text

    assert "lived 0" not in usual
    assert "With names" in usual
    assert "<bdi>lived 0</bdi> and <bdi>lived 1</bdi>" in asked


def test_where_two_differed_the_lead_s_case_is_linked(lea: Browser, app: Flask) -> None:
    told = app.extensions["modsvc"].read_figures.quality("lived", "90d")
    decided = [each for each in told.differing if each.lead_action]
    page = lea.get("/quality?site=lived").text

    assert decided
    for each in decided:
        assert f'<a href="/cases/{each.lead_case}?site=lived">' in page
    waiting = [each for each in told.differing if not each.lead_action]
    assert all(f"/cases/{each.case_id}?" not in page for each in waiting)


def test_a_line_is_broken_where_nothing_was_counted() -> None:
    first, second = charts.lines([1, None, 2, 3], 4)
    assert first.split() == ["0.0,120.0"] * 2
    assert second.split() == ["400.0,80.0", "600.0,40.0"]


@pytest.mark.parametrize(
    ("value", "end"), [(0, 1), (0.025, 0.03), (1, 1), (3.1, 4), (7, 8), (100, 100), (101, 150)]
)
def test_an_axis_ends_at_a_round_number(value: float, end: float) -> None:
    assert charts.nice(value) == pytest.approx(end)


def test_what_stands_below_a_picture_is_its_first_and_its_last() -> None:
    texts = [str(n) for n in range(25)]

    assert charts.evenly(texts) == ("0", "6", "12", "18", "24")
    assert charts.evenly(texts[:3]) == ("0", "1", "2")


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (None, "–"),
        (0.0, "0 %"),
        (0.0004, "0.04 %"),
        (0.0123, "1.2 %"),
        (0.0999, "10.0 %"),
        (0.5, "50 %"),
    ],
)
def test_shares_are_said_as_exactly_as_they_deserve(share: float | None, said: str) -> None:
    assert saying.percent(share) == said


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0.5, "30 s"),
        (3, "3 min"),
        (59.9, "60 min"),
        (80, "1 h 20 min"),
        (1200, "20 h"),
        (3000, "2 d 2 h"),
    ],
)
def test_waits_are_said_in_two_units_at_most(minutes: float, said: str) -> None:
    assert saying.wait(timedelta(minutes=minutes)) == said


def test_a_whisker_is_around_its_rate() -> None:
    (spot,) = drawing.whiskers([Rate(3, 30), Rate(0, 0)], 0.5)

    assert spot.high < spot.at < spot.low


def test_quality_without_figures_says_how_they_come_to_be(
    make_app: Callable[..., Flask], browse_in: Callable[..., Browser], tmp_path: Path
) -> None:
    def shown(second_looks: str, samples: str) -> str:
        policy = tmp_path / f"{second_looks}.toml"
        told = re.sub("(?m)^second_looks = .*$", f"second_looks = {second_looks}", calm_text())
        policy.write_text(re.sub("(?m)^samples = .*$", f"samples = {samples}", told))
        app = make_app(policy=policy)
        return text(browse_in(app, f"Lea {samples}", role="lead").get("/quality"))

    never, some = shown("0.0", "0.0"), shown("0.02", "0.005")

    assert "None was looked at twice in this time. The policy asks for no second looks." in never
    assert "None was looked at in this time: the policy takes no samples." in never
    assert "Of about 50 decisions that moderators take, one goes to another of them" in some
    assert "it takes two who judge, and 30 such decisions until kappa is told" in some
    assert "Of about 200 decisions that the policy takes, one waits in the queue" in some
