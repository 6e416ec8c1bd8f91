"""The demo's month: a desk whose pages for leads have something to show."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from modsvc.core.agreement import ENOUGH
from modsvc.demo import month, setting
from modsvc.services.read_figures import ReadFigures
from modsvc.store import people
from modsvc.store.db import Database


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('demo')}/demo.db"
    setting.prepare(url)
    month.prepare(url)
    return url


def test_a_month_of_work_has_figures_for_leads(lived: str) -> None:
    database = Database(lived)
    figures = ReadFigures(db=database, now=lambda: datetime.now(UTC))

    quality = figures.quality(month.SITE, "30d")
    shown = figures.dashboard(month.SITE, "30d")
    database.close()

    assert quality.agreement.n >= ENOUGH
    assert 0.2 < (quality.agreement.kappa or 0) < 1
    assert quality.errors.approved.of > 5
    assert quality.holds.of > ENOUGH
    assert quality.differing
    assert shown.waiting.n_open > 0
    assert shown.all_waits.n > ENOUGH


def test_a_second_start_keeps_it_and_lets_the_demos_moderator_in(lived: str) -> None:
    month.prepare(lived)

    database = Database(lived)
    with database.read() as db:
        found = people.find(db, setting.MODERATOR)
    database.close()
    assert found is not None
    assert found.roles == {setting.SITE: "admin", month.SITE: "admin"}
