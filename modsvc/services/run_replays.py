"""Replay what editors asked for, beside the requests and never at more than half a core."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from modsvc.core.faults import place
from modsvc.core.replay import Report
from modsvc.core.screening import Scorer
from modsvc.errors import PolicyInvalid, StoreError
from modsvc.services.replay_policy import Replay, Setting
from modsvc.store import drafts
from modsvc.store.db import Database
from modsvc.store.drafts import Replaying
from modsvc.store.writer import Writer

log = logging.getLogger(__name__)

# After a process's death another takes it up when the claim has lapsed.
LEASE = timedelta(seconds=60)
# Comments that are replayed in one go, so that a bar moves and requests get their turn.
PART = 100


class RunReplays:
    """Does one replay each time it is called, if any waits.

    Parameters
    ----------
    default : str
        The installation's policy, as text.
    """

    def __init__(
        self,
        *,
        db: Database,
        writer: Writer,
        default: str,
        scorer: Scorer | None,
        rest: Callable[[float], None] = time.sleep,
    ) -> None:
        self._db, self._writer = db, writer
        self._default, self._scorer, self._rest = default, scorer, rest

    def __call__(self) -> bool:
        """Replay what has waited longest, and say whether there may be more.

        Raises
        ------
        StoreError
            It is tried again once its claim has lapsed.
        """
        with self._db.read() as db:
            if not drafts.any_open(db):
                return False
        asked = self._writer.write(lambda db: drafts.claim(db, self._db.now(db), LEASE))
        if asked is None:
            return False
        try:
            report = self._replay(asked)
        except StoreError:
            raise
        except PolicyInvalid as error:
            problem = str(error)
            self._writer.write(lambda db: drafts.fail(db, asked.id, problem))
        except Exception as error:  # noqa: BLE001  An editor waits for it, and is told.
            log.error("replay.failed: %s", place(error))
            self._writer.write(lambda db: drafts.fail(db, asked.id, "It could not be done."))
        else:
            told = report.told()
            self._writer.write(lambda db: drafts.finish(db, asked.id, told))
        return True

    def _replay(self, asked: Replaying) -> Report:
        setting = Setting(
            database_url=self._db.url.render_as_string(hide_password=False),
            site=asked.site,
            document=asked.document,
            default=self._default,
            open_scorer=lambda: self._scorer,
            newest=asked.newest,
            part=PART,
        )
        replay, report = Replay(setting), Report()
        try:
            parts = replay.parts()[::-1]
            for n, (start, end) in enumerate(parts, start=1):
                began = time.thread_time()
                report.merge(replay.part(start, end).report)
                self._note(asked.id, n, len(parts))
                self._rest(time.thread_time() - began)
        finally:
            replay.close()
        return report

    def _note(self, replay_id: int, n_done: int, n_all: int) -> None:
        self._writer.write(
            lambda db: drafts.progress(db, replay_id, n_done, n_all, self._db.now(db) + LEASE)
        )
