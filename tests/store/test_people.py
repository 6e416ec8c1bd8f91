from __future__ import annotations

from datetime import timedelta

import pytest

from modsvc.errors import AlreadyExists, NotFound
from modsvc.store import log_ins, people, sites
from modsvc.store.db import Database
from tests.conftest import SITE
from tests.fakes import Clock

NOW = Clock().now
DAY = timedelta(days=1)


@pytest.fixture
def ada(database: Database) -> int:
    with database.write() as db:
        return people.add(db, "ada", NOW)


def test_disabling_shuts_out_at_once(database: Database, ada: int) -> None:
    with database.write() as db:
        session = log_ins.start_session(db, ada, NOW)
        link = log_ins.make_link(db, ada, NOW + DAY)
        people.disable(db, "ada", NOW)
        assert log_ins.find_session(db, session, NOW, idle=DAY, longest=DAY) is None
        assert log_ins.use_link(db, link, NOW) is None
        assert people.find(db, "ada") is people.get(db, ada) is None
        with pytest.raises(NotFound):
            people.disable(db, "ada", NOW)


def test_names_are_taken_once(database: Database, ada: int) -> None:
    with pytest.raises(AlreadyExists), database.write() as db:
        people.add(db, "ada", NOW)


def test_a_moderator_has_one_role_a_site(database: Database, ada: int) -> None:
    with database.write() as db:
        people.join_site(db, ada, SITE, "moderator")
        people.join_site(db, ada, SITE, "lead")
        found = people.get(db, ada)
        assert found is not None
        assert found.roles == {SITE: "lead"}
        with pytest.raises(NotFound):
            people.join_site(db, ada, "nowhere", "lead")


def test_a_site_is_added_once(database: Database) -> None:
    with pytest.raises(AlreadyExists), database.write() as db:
        sites.add_site(db, SITE, "Again", NOW)


def test_a_key_needs_a_site(database: Database) -> None:
    with pytest.raises(NotFound, match="modsvc site add nowhere"), database.write() as db:
        sites.add_key(db, "nowhere", "k", frozenset(sites.SCOPES), NOW)
