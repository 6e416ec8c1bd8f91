from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from modsvc.core.comment import Comment
from modsvc.errors import SchemaOutdated, SettingsInvalid, StoreUnavailable
from modsvc.services.verify_log import verify_log
from modsvc.store import comments, decisions, installation, schema, search
from modsvc.store.db import Database
from modsvc.store.tables import metadata
from modsvc.store.writer import Writer
from tests.conftest import SITE, screening
from tests.factories import make_comment
from tests.fakes import Clock
from tests.strategies import default_policy


def test_migrations_end_where_the_tables_are(database: Database) -> None:
    with database.read() as db:
        assert differences(db) == []


def differences(db: sa.Connection) -> Any:
    """Compare what there is with the tables, but for what indexes of words are made of."""
    options = {"include_name": search.is_known}
    return compare_metadata(MigrationContext.configure(db, opts=options), metadata)


def test_the_newest_migration_is_the_one_we_ask_for() -> None:
    config = Config()
    config.set_main_option("script_location", "modsvc:store/migrations")

    assert ScriptDirectory.from_config(config).get_current_head() == schema.HEAD


@pytest.fixture(params=["sqlite", "postgres"])
def migrate_to(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Database]]:
    """Make a database of an older version."""
    database = (
        Database(f"sqlite:///{tmp_path}/old.db")
        if request.param == "sqlite"
        else Database(request.getfixturevalue("unmigrated_postgres_url"))
    )

    def make(version: str) -> Database:
        with monkeypatch.context() as before:
            before.setattr(schema, "HEAD", version)
            schema.migrate(database)
        return database

    yield make
    database.close()


def test_a_filled_database_of_the_version_before_keeps_all_it_has(
    migrate_to: Callable[[str], Database],
) -> None:
    database = migrate_to("0001")
    fill(database)
    was = rows(database)

    assert schema.migrate(database) is True

    assert {name: shared(rows(database)[name], was[name]) for name in was} == was
    assert rows(database)["late_judgements"] == []
    assert len(was["decisions"]) == 2
    assert verify_log(database, SITE) == 2
    with database.read() as db:
        assert differences(db) == []
    screen(database, make_comment("A goodly remark.", id="c-3"))
    assert len(rows(database)["late_judgements"]) == 1


def test_open_cases_of_the_version_before_are_found_by_their_language(
    migrate_to: Callable[[str], Database],
) -> None:
    database = migrate_to("0006")
    fill(database, facts='{"language":"zh-Hant"}')

    schema.migrate(database)

    with database.read() as db:
        assert db.execute(sa.text("SELECT language FROM cases")).scalars().all() == ["zh"]


def screen(database: Database, comment: Comment) -> None:
    writer = Writer(database)
    screening(database, writer, Clock(), late=True)(SITE, comment)
    writer.close()


def fill(database: Database, **told: Any) -> None:
    """Store what a site leaves behind at the first schema, without any code of today's.

    Of decisions more can be told, at a later schema.
    """
    old = sa.MetaData()
    old.reflect(database.engine)
    now = Clock().now
    # What SQLite gives back for a moment says no zone.
    kept = now.replace(tzinfo=None) if database.is_sqlite else now
    with database.write() as db:

        def insert(table: str, **values: Any) -> None:
            db.execute(sa.insert(old.tables[table]).values(**values))

        insert("sites", id=SITE, name="The Gazette", created_at=kept)
        insert(
            "articles",
            site=SITE,
            id="a-1",
            title="An article",
            url="",
            section="",
            body="",
            updated_at=kept,
        )
        insert("authors", site=SITE, id="u-1", name="nightowl", first_seen_at=kept)
        previous = ""
        for key, (action, word) in enumerate(
            [("hold", "dubious"), ("reject", "dreadful")], start=1
        ):
            whose = {"site": SITE, "id": f"c-{key}", "article": "a-1", "author": "u-1"}
            insert("comments", key=key, **whose, revision=1, position=key, received_at=kept)
            body, salt = f"A {word} remark.", b"salt"
            insert("revisions", comment=key, revision=1, body=body, salt=salt, received_at=kept)
            row = {
                "site": SITE, "position": key, "comment": key, "revision": 1, "action": action, "reasons": "[]",
                "scores": "{}", "decided_by": "policy", "moderator": None, "policy_version": "1", "model_version": None,
                "body_digest": comments.digest(salt, body), "prev_hash": previous,
            }  # fmt: skip
            previous = decisions.chain_hash({**row, "decided_at": now, "facts": None})
            insert("decisions", **row, **told, decided_at=kept, hash=previous)
        insert("cases", id=1, site=SITE, comment=1, revision=1, opened_at=kept, due_at=kept)
        insert("moderators", id=1, name="Dana", password_hash="$argon2id$", created_at=kept)
        insert("memberships", moderator=1, site=SITE, role="lead")
        insert("sessions", digest="d" * 64, moderator=1, created_at=kept, seen_at=kept)
        db.execute(sa.update(old.tables["sites"]).values(position=2, head_hash=previous))
        if not database.is_sqlite:  # Keys that were given count as taken.
            for table, column in (("comments", "key"), ("cases", "id")):
                db.exec_driver_sql(
                    f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), 2)"
                )


def rows(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Give all that is stored, of the tables that there are."""
    with database.read() as db:
        return {
            name: sorted(
                map(dict, db.execute(sa.text(f"SELECT * FROM {name}")).mappings()), key=repr
            )
            for name in sa.inspect(db).get_table_names()
            if name != "alembic_version"
        }


def shared(now: list[dict[str, Any]], was: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give of what is stored the columns that there were."""
    columns = was[0].keys() if was else ()
    return sorted(({name: row[name] for name in columns} for row in now), key=repr)


def test_migrating_twice_does_nothing_the_second_time(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/new.db")

    assert schema.migrate(database) is True
    assert schema.migrate(database) is False


def test_a_database_that_was_not_migrated_is_named_as_such(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/new.db")
    database.create()

    with pytest.raises(SchemaOutdated, match="modsvc migrate"):
        schema.check(database)


def test_a_file_that_is_not_there_is_not_made_by_looking(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/new.db")

    with pytest.raises(StoreUnavailable):
        schema.check(database)

    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize("path", ["/proc/x/y.db", "/dev/null/x.db"])
def test_a_file_that_cannot_be_is_refused_in_a_sentence(path: str) -> None:
    with pytest.raises(SettingsInvalid, match=path):
        schema.migrate(Database(f"sqlite:///{path}"))


def test_a_migration_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(f"sqlite:///{tmp_path}/new.db")
    monkeypatch.setattr("alembic.op.create_index", lambda *_, **__: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        schema.migrate(database)
    with database.read() as db:
        assert sa.inspect(db).get_table_names() == []


@pytest.mark.parametrize(
    "change", ["UPDATE decisions SET action = 'approve'", "DELETE FROM decisions"]
)
def test_the_log_of_decisions_refuses_changes(database: Database, change: str) -> None:
    from modsvc.core.policy import decide
    from tests.factories import make_comment
    from tests.store.test_decisions import record

    record(database, make_comment(), decide([], default_policy()))

    with pytest.raises(sa.exc.DBAPIError, match="append-only"), database.write() as db:
        db.exec_driver_sql(change)


def test_sqlite_flushes_every_commit(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.read() as db:
        settings = {
            name: db.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    database.close()

    assert settings == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5_000,
    }  # fmt: skip


def test_postgres_flushes_every_commit_and_never_hangs(postgres_url: str) -> None:
    database = Database(postgres_url)
    with database.read() as db:
        settings = [
            db.exec_driver_sql(f"SHOW {name}").scalar()
            for name in ("synchronous_commit", "statement_timeout", "lock_timeout")
        ]
    database.close()

    assert settings == ["on", "5s", "2s"]


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "mysql://a/b", "sqlite://", "sqlite:///:memory:", "postgresql://h:port/n"],
)
def test_a_url_that_cannot_be_used_is_refused_in_a_sentence(url: str) -> None:
    with pytest.raises(SettingsInvalid, match="sqlite:///"):
        Database(url)


def test_a_refused_url_does_not_repeat_its_password() -> None:
    with pytest.raises(SettingsInvalid) as refused:
        Database("mysql://user:hunter2@host/name")

    assert "hunter2" not in str(refused.value)


def test_a_database_that_is_down_is_unavailable() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/nothing")

    with pytest.raises(StoreUnavailable, match="nothing was done"), database.read():
        pass


def test_an_installations_secret_is_made_once(database: Database) -> None:
    first = installation.secret(database, "secret_key")

    assert len(first) >= 32
    assert installation.secret(database, "secret_key") == first
    assert installation.secret(database, "another") != first


def test_every_table_of_a_sites_data_carries_the_site() -> None:
    shared = {
        *("moderators", "log_in_links", "log_in_failures", "recovery_codes", "sessions"),
        *("secrets", "sites"),
    }
    inside_another = {"revisions"}

    for table in metadata.tables.values():
        if table.name not in shared | inside_another:
            assert "site" in table.columns, table.name
