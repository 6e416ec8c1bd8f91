"""Killed at any moment, by SIGKILL and under load, the service loses nothing it acknowledged."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from modsvc.store import sites
from modsvc.store.db import Database
from modsvc.store.tables import decisions
from tests import postgres
from tests.conftest import SITE
from tests.fakes import Clock
from tests.faults.history import Fate, History, problems
from tests.faults.service import PATIENCE_S, Crowd, Service

# Twelve at every run, of each database; MODSVC_TEST_KILLS=200 for a night. They fall by chance;
# each statement in its turn is broken in test_statements.py.
KILLS = int(os.environ.get("MODSVC_TEST_KILLS", "12"))
SERVER_KILLS = 3
BACKENDS_KILLED = 5


@pytest.fixture(params=["sqlite", "durable"])
def crash_url(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated, empty database that keeps what it committed."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def store(request: pytest.FixtureRequest) -> Iterator[Database]:
    """The database itself, to look into when all is over."""
    name = "crash_url" if "crash_url" in request.fixturenames else "durable_url"
    database = Database(request.getfixturevalue(name))
    yield database
    database.close()


@pytest.fixture
def history() -> History:
    return History()


@pytest.fixture
def service(store: Database) -> Iterator[Service]:
    service = Service(store.url.render_as_string(hide_password=False))
    service.start()
    yield service
    service.kill()


@pytest.fixture
def crowd(store: Database, service: Service, history: History) -> Crowd:
    with store.write() as db:
        sites.add_site(db, SITE, "The Gazette", Clock().now)
        key = sites.add_key(db, SITE, "tests", frozenset(sites.SCOPES), Clock().now)
    store.close()  # Nothing of ours stays open while servers die.
    return Crowd(service, key, history)


@pytest.mark.slow
def test_kill_9_under_load_loses_nothing_acknowledged(
    crash_url: str, store: Database, service: Service, crowd: Crowd, history: History
) -> None:
    chance = random.Random(9)

    with crowd.at_work():
        for _ in range(KILLS):
            history.wait_for(Fate.ACKNOWLEDGED, chance.randint(20, 80), within_s=PATIENCE_S)
            crowd.is_up.clear()
            service.kill()
            service.start()
            crowd.is_up.set()
    service.kill()

    with store.read() as db:
        assert problems(history, db, SITE) == {}
        actions = set(db.execute(sa.select(decisions.c.action).distinct()).scalars())
        if store.is_sqlite:
            assert db.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    assert history.counts[Fate.UNKNOWN] >= KILLS  # Answers were really cut short.
    assert crowd.statuses.keys() <= {200, 201}
    assert "hold" in actions


@pytest.mark.slow
def test_a_database_killed_under_load_loses_nothing_acknowledged(
    durable_server: postgres.Server, store: Database, crowd: Crowd, history: History
) -> None:
    with crowd.at_work():
        for _ in range(SERVER_KILLS):
            history.wait_for(Fate.ACKNOWLEDGED, 50, within_s=PATIENCE_S)
            durable_server.stop()
            try:
                history.wait_for(Fate.UNAVAILABLE, 16, within_s=PATIENCE_S)
            finally:
                durable_server.start()
        history.wait_for(Fate.ACKNOWLEDGED, 50, within_s=PATIENCE_S)

    with store.read() as db:
        assert problems(history, db, SITE) == {}
    assert crowd.statuses[503] > 0


@pytest.mark.slow
def test_a_connection_cut_under_load_loses_nothing_acknowledged(
    durable_server: postgres.Server, store: Database, crowd: Crowd, history: History
) -> None:
    ours = str(store.url.database)
    kill = sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :ours")

    with crowd.at_work(), postgres.admin(durable_server.url) as admin:
        for _ in range(BACKENDS_KILLED):
            history.wait_for(Fate.ACKNOWLEDGED, 30, within_s=PATIENCE_S)
            assert admin.execute(kill, {"ours": ours}).all()
        history.wait_for(Fate.ACKNOWLEDGED, 30, within_s=PATIENCE_S)

    with store.read() as db:
        assert problems(history, db, SITE) == {}
