from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from modsvc.core.filters import Asked
from modsvc.services.show_queue import ShowQueue
from modsvc.store import queue_keys
from modsvc.store.db import Database
from modsvc.store.writer import Writer
from tests.conftest import SITE, policies_of
from tests.fakes import Clock


def test_what_comes_in_while_a_page_is_read_is_told_as_new(
    hold: Callable[..., int],
    database: Database,
    writer: Writer,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hold()
    shows = ShowQueue(db=database, writer=writer, policies=policies_of(database), now=clock)
    find = queue_keys.find

    def find_and_wait(*asked: Any, **how: Any) -> queue_keys.Found:
        found = find(*asked, **how)
        hold()
        return found

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(queue_keys, "find", find_and_wait)
        page = shows.page(SITE, Asked(), size=10)
    news = shows.live(SITE, Asked(), [], newest=page.newest, since=page.at)

    assert [line.id for line in page.lines] == [1]
    assert news.n_new == 1
