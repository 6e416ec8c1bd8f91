"""What tests of every folder share: databases, an application, and a site with its key."""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings

from modsvc.app import open_parts
from modsvc.config import Settings
from modsvc.core.policy import Policy
from modsvc.core.screening import Scorer
from modsvc.services.decide_cases import DecideCases
from modsvc.services.gather_facts import GatherFacts
from modsvc.services.judge_late import JudgeLate
from modsvc.services.policies import Policies
from modsvc.services.read_decisions import ReadDecisions
from modsvc.services.sampling import Sampling
from modsvc.services.screen_comment import ScreenComment
from modsvc.store import queue, schema, sites
from modsvc.store.db import Database
from modsvc.store.decisions import Recorded
from modsvc.store.queue import Line
from modsvc.store.tables import late_judgements
from modsvc.store.writer import Writer
from tests import postgres
from tests.calm import calm_file, calm_policy
from tests.compiled import (
    FRAMES,
    compile_rules_once,
    compile_statements_once,
    read_policies_once,
)
from tests.fakes import Clock, WordScorer

SITE = "gazette"
compile_rules_once()
compile_statements_once()
read_policies_once()

# Examples are the same at every run, and no example fails because the machine was busy.
settings.register_profile(
    "modsvc",
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("modsvc")


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[tuple[postgres.URL, str]]:
    """A server, and the name of a migrated database on it that others are copied from."""
    if postgres.binaries() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(
            "no PostgreSQL: apt-get install postgresql"
        )
    with postgres.server() as server:
        with postgres.admin(server.url) as db:
            db.exec_driver_sql('CREATE DATABASE "template_modsvc"')
        database = Database(server.url.set(database="template_modsvc").render_as_string(False))
        schema.migrate(database)
        database.close()
        yield server.url, "template_modsvc"


@pytest.fixture(scope="session")
def postgres_lent(postgres_template: tuple[postgres.URL, str]) -> Iterator[postgres.Lent]:
    """Migrated databases to lend to one test after the other."""
    lent = postgres.Lent(*postgres_template)
    yield lent
    lent.close()


@pytest.fixture
def postgres_url(postgres_lent: postgres.Lent) -> Iterator[str]:
    """The URL of a migrated, empty PostgreSQL database."""
    with postgres_lent.lend() as url:
        yield url


@pytest.fixture
def unmigrated_postgres_url(postgres_template: tuple[postgres.URL, str]) -> Iterator[str]:
    """The URL of a PostgreSQL database that has no tables."""
    url, name = postgres_template[0], f"t_{uuid.uuid4().hex[:12]}"
    with postgres.admin(url) as db:
        db.exec_driver_sql(f'CREATE DATABASE "{name}"')
    yield url.set(database=name).render_as_string(hide_password=False)
    with postgres.admin(url) as db:
        db.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A migrated SQLite database, as bytes to copy."""
    path = tmp_path_factory.mktemp("template") / "modsvc.db"
    database = Database(f"sqlite:///{path}")
    schema.migrate(database)
    with database.read() as db:
        db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path.read_bytes()


@pytest.fixture
def sqlite_url(sqlite_template: bytes, tmp_path: Path) -> str:
    """The URL of a migrated, empty SQLite database."""
    path = tmp_path / "modsvc.db"
    path.write_bytes(sqlite_template)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated, empty database; the test runs on SQLite and on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database that has the site `gazette` and nothing else."""
    database = Database(database_url)
    with database.write() as db:
        sites.add_site(db, SITE, "The Gazette", Clock().now)
    yield database
    database.close()


@pytest.fixture
def writer(database: Database) -> Iterator[Writer]:
    writer = Writer(database)
    yield writer
    writer.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def policies_of(database: Database, policy: Policy | None = None) -> Policies:
    """What gives every site the calm policy, or another, unless it has its own."""
    return Policies(db=database, default=policy or calm_policy())


def screening(database: Database, writer: Writer, clock: Clock, **parts: Any) -> ScreenComment:
    """What screens comments; its scorer knows the words of WordScorer. Other parts by name."""
    ours = {
        "scorer": WordScorer(),
        "policies": policies_of(database, parts.pop("policy", None)),
        "gather": GatherFacts(db=database, now=clock),
        "sampling": Sampling(db=database),
        "writer": writer,
        "now": clock,
    }
    return ScreenComment(**{**ours, **parts})


def deciding(database: Database, writer: Writer, clock: Callable[[], datetime]) -> DecideCases:
    """What moderators decide cases with."""
    sampling = Sampling(db=database)
    policies = policies_of(database)
    return DecideCases(writer=writer, policies=policies, sampling=sampling, now=clock)


def waiting(database: Database, clock: Callable[[], datetime]) -> list[Line]:
    """The open cases, most pressing first; the site's counter has them all."""
    with database.read() as db:
        lines = queue.page(db, SITE, limit=1_000, now=clock())
        assert queue.count_open(db, SITE) == len(lines)
    return lines


@pytest.fixture
def screen_late(database: Database, writer: Writer, clock: Clock) -> ScreenComment:
    """Screens by the first stage alone, which knows the words of WordScorer, to be judged again."""
    return screening(database, writer, clock, late=True)


@pytest.fixture
def make_judge(database: Database, writer: Writer, clock: Clock) -> Callable[..., JudgeLate]:
    """Build what judges again by both stages: `make_judge(scorer)`; other parts by name."""

    def make(scorer: Scorer, **parts: Any) -> JudgeLate:
        policies = policies_of(database, parts.pop("policy", None))
        ours = {"policies": policies, "db": database, "writer": writer, "now": clock}
        return JudgeLate(scorer=scorer, **{**ours, **parts})

    return make


@pytest.fixture
def lapse(database: Database) -> Callable[[], None]:
    """Let every claim of what is to be judged again lapse, as half a minute would."""

    def update() -> None:
        with database.write() as db:
            db.execute(
                sa.update(late_judgements)
                .where(late_judgements.c.claimed_until.is_not(None))
                .values(claimed_until=datetime(2001, 1, 1, tzinfo=UTC))
            )

    return update


@pytest.fixture
def of(database: Database) -> Callable[..., list[Recorded]]:
    """Give the decisions about a comment, oldest first."""
    read = ReadDecisions(db=database)
    return lambda comment_id="c-1": read.of_comment(SITE, comment_id).decisions


@pytest.fixture
def make_app(database: Database, clock: Clock) -> Iterator[Callable[..., Flask]]:
    """Build applications on the database.

    `make_app(scorer=…)` replaces the scorer, `make_app(encoder=…)` is the operator's choice, and
    `make_app(policy=…)` the policy's file; with `calm=False` it is the default policy. It is in a
    frame that other tests had before, but with `new=True`.
    """
    made: list[tuple[Flask, bool]] = []

    def make(
        *,
        encoder: str | None = None,
        calm: bool = True,
        policy: Path | None = None,
        new: bool = False,
        **options: Any,
    ) -> Flask:
        options = {"scorer": WordScorer(), "now": clock, **options}
        url = database.url.render_as_string(hide_password=False)
        chosen = Settings(
            database_url=url,
            secure_cookies=False,
            encoder=encoder,
            policy=policy or (calm_file() if calm else None),
        )
        parts = open_parts(chosen, **options)
        app = FRAMES.lend(chosen, new=new)
        app.extensions["modsvc"] = parts
        made.append((app, new))
        return app

    yield make
    for app, new in made:
        app.extensions["modsvc"].close()
        if not new:
            FRAMES.take_back(app)


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """An application whose scorer knows the words of WordScorer."""
    return make_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def key(database: Database) -> str:
    """A key of the site, with every scope."""
    with database.write() as db:
        return sites.add_key(db, SITE, "tests", frozenset(sites.SCOPES), Clock().now)


@pytest.fixture
def headers(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture
def in_threads() -> Callable[[list[Callable[[], object]]], list[object]]:
    """Run functions at the same time, each on a thread of its own; give what they return."""

    def run(functions: list[Callable[[], object]]) -> list[object]:
        start = threading.Barrier(len(functions))

        def together(function: Callable[[], object]) -> object:
            start.wait()
            return function()

        with ThreadPoolExecutor(len(functions)) as pool:
            return list(pool.map(together, functions))

    return run
