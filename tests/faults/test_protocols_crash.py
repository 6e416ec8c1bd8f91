"""Killed at any moment, the service loses nothing that it answered by another system's protocol."""

from __future__ import annotations

import http.client
import json
import os
import random
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from modsvc.core.answering import Answering
from modsvc.protocols.coral.asked import read_comment
from modsvc.protocols.coral.signing import HEADER, sign
from modsvc.store import sites
from modsvc.store.db import Database
from modsvc.store.tables import decisions
from tests.conftest import SITE
from tests.fakes import Clock
from tests.faults.history import Fate, History, problems
from tests.faults.service import PATIENCE_S, Crowd, Service

# A quarter of what test_crash.py does with our own protocol: the way to the store is the same.
KILLS = int(os.environ.get("MODSVC_TEST_KILLS", "12")) // 4
SECRET = "s3cr3t"
# What Coral is answered, and the action that it stands for.
ACTIONS = {"SYSTEM_WITHHELD": "hold", "REJECTED": "reject"}


def as_coral_asks(body: str) -> bytes:
    asked = {"comment": {"body": body}, "author": {"id": "u-1"}, "story": {"id": "a-1"}}
    return json.dumps(asked, indent=2).encode()


class ByCoral(History):
    """Knows comments by the ids that are made of what Coral tells, which gives them none."""

    def sent(self, comment_id: str, body: str) -> None:
        super().sent(read_comment(as_coral_asks(body)).id, body)


class Corals(Crowd):
    """Clients that ask as Coral does, by a key that keeps comments."""

    def _send(self, connection: http.client.HTTPConnection, comment_id: str, body: str) -> Fate:
        asked = as_coral_asks(body)
        known_as = read_comment(asked).id
        headers = {HEADER: sign(SECRET, asked), "Content-Type": "application/json"}
        try:
            connection.request("POST", f"/coral/moderate?key={self._key}", asked, headers)
            answer = connection.getresponse()
            text = answer.read()
        except TimeoutError:
            raise AssertionError(f"{known_as} was not answered in {PATIENCE_S} s") from None
        except (OSError, http.client.HTTPException):
            self._history.answered(known_as, Fate.UNKNOWN)
            return Fate.UNKNOWN
        self.statuses[answer.status] += 1
        assert answer.status in (200, 204), f"{answer.status}: {text.decode()}"
        action = ACTIONS[json.loads(text)["status"]] if text else "approve"
        self._history.answered(known_as, Fate.ACKNOWLEDGED, action)
        return Fate.ACKNOWLEDGED


@pytest.fixture(params=["sqlite", "durable"])
def store(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database that keeps what it committed, to look into when all is over."""
    database = Database(request.getfixturevalue(f"{request.param}_url"))
    yield database
    database.close()


@pytest.fixture
def service(store: Database) -> Iterator[Service]:
    service = Service(store.url.render_as_string(hide_password=False))
    service.start()
    yield service
    service.kill()


@pytest.mark.slow
def test_kill_9_loses_nothing_that_coral_was_answered(store: Database, service: Service) -> None:
    history, chance = ByCoral(), random.Random(9)
    scopes, answering = frozenset(["protocols:call"]), Answering(keeps_comments=True)
    with store.write() as db:
        sites.add_site(db, SITE, "The Gazette", Clock().now)
        key = sites.add_key(db, SITE, "coral", scopes, Clock().now, answering)
        sites.add_secret(db, SITE, key, SECRET, Clock().now)
    store.close()  # Nothing of ours stays open while servers die.
    crowd = Corals(service, key, history)

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
    assert history.counts[Fate.UNKNOWN] >= KILLS  # Answers were really cut short.
    assert "hold" in actions
