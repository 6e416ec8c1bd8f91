"""The demo's month: a desk whose pages for leads have something to show."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from modsvc.core.agreement import ENOUGH
from modsvc.demo import month, setting
from modsvc.services.read_figures import ReadFigures
from modsvc.store import people
from modsvc.store.db import Database
from modsvc.store.tables import cases, decisions


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


def test_the_month_is_over_and_the_dashboard_counts_all_of_its_end(lived: str) -> None:
    database, now = Database(lived), datetime.now(UTC)
    shown = ReadFigures(db=database, now=lambda: now).dashboard(month.SITE, "7d")
    with database.read() as db:
        last = db.execute(sa.select(sa.func.max(decisions.c.decided_at))).scalar_one()
        here = sa.and_(cases.c.site == month.SITE, cases.c.opened_at >= shown.since)
        opened = db.execute(sa.select(sa.func.count()).where(here)).scalar_one()
    database.close()

    assert last <= now
    assert sum(each.opened for each in shown.depths) == opened


def test_a_second_start_keeps_it_and_lets_the_demos_moderator_in(lived: str) -> None:
    month.prepare(lived)

    database = Database(lived)
    with database.read() as db:
        found = people.find(db, setting.MODERATOR)
    database.close()
    assert found is not None
    assert found.roles == {setting.SITE: "admin", month.SITE: "admin"}
