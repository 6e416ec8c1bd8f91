"""Whoever leaves a site leaves nothing behind that waits for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from modsvc.store import cases, claims, handed, people, sites
from modsvc.store.db import Database
from tests.conftest import SITE
from tests.fakes import Clock
from tests.services.door import Door
from tests.store.desk import open_case

Employ = Callable[..., int]


@pytest.fixture
def ada(employ: Employ) -> int:
    """The site's one admin."""
    return employ("Ada", "admin")


def test_what_waited_for_who_is_removed_is_anybodys(
    ours: Door, ada: int, employ: Employ, database: Database
) -> None:
    ben = employ("Ben", "moderator")
    opened = [open_case(database, f"c-{n}") for n in range(3)]
    with database.write() as db:
        sites.add_site(db, "courier", "The Courier", Clock().now)
        db.exec_driver_sql(f"UPDATE cases SET assigned_to = {ben}")
        db.exec_driver_sql(f"UPDATE cases SET closed_at = opened_at WHERE id = {opened[1]}")
        db.exec_driver_sql(f"UPDATE cases SET site = 'courier' WHERE id = {opened[2]}")

    ours.manage_people.remove(SITE, ada, ben)

    with database.read() as db:
        whose = db.exec_driver_sql("SELECT assigned_to FROM cases ORDER BY id").scalars().all()
    assert whose == [None, ben, ben]


@pytest.mark.parametrize("how", ["removed", "disabled"])
def test_who_goes_keeps_nothing_from_others(
    ours: Door, ada: int, employ: Employ, database: Database, how: str
) -> None:
    ben = employ("Ben", "moderator")
    employ("Cleo", "moderator")
    handed_on, read, assigned = (open_case(database, f"c-{n}") for n in range(3))
    now = Clock()()
    with database.write() as db:
        handed.leave_to(db, cases.get(db, SITE, handed_on), ada, ben)
        assert handed.as_seen_by(db, cases.get(db, SITE, handed_on), ada).assigned_to == ben
        lease = timedelta(minutes=5)
        claims.claim(db, cases.get(db, SITE, read), moderator=ben, lease=lease, now=now)
        claims.assign(db, cases.get(db, SITE, assigned), ben)

    if how == "removed":
        ours.manage_people.remove(SITE, ada, ben)
    else:
        with database.write() as db:
            people.disable(db, "Ben", now)

    with database.write() as db:
        for case_id in (handed_on, read, assigned):
            seen = handed.as_seen_by(db, cases.get(db, SITE, case_id), ada)
            assert seen.assigned_to is None
            assert claims.claim(db, seen, moderator=ada, lease=lease, now=now)
