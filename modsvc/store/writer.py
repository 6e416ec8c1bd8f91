"""The process's one writer: many requests' writes in one transaction, each answered after it.

Group commit: one flush to disk carries whatever has queued up behind the last one, so that the
disk's flush rate does not cap the service, and SQLite's writers never wait on each other's locks.
(DeWitt et al. 1984, https://doi.org/10.1145/602259.602261, section 5.2.)
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy.engine import Connection

from modsvc.errors import StoreBusy, StoreError, StoreUnavailable
from modsvc.store.db import Database, wrapped
from modsvc.store.forking import at_fork

T = TypeVar("T")

MAX_WAITING = 1_000
MAX_TOGETHER = 128
PATIENCE_S = 10.0


@dataclass(slots=True)
class Write:
    """One request's write: what to do in the transaction, and where its result goes."""

    run: Callable[[Connection], Any]
    # Writes are done in this order within a batch, so that two processes that lock several sites
    # never wait for each other in a ring.
    order: str
    result: Future[Any] = field(default_factory=Future)


class Writer:
    """Runs writes one after the other on a thread of its own, started by the first of them.

    A write may run twice before it counts: when one of its batch fails, the batch is undone and
    each is tried again by itself. So it must do nothing but write to the connection it is given.
    """

    _lock: threading.Lock
    _waiting: queue.Queue[Write | None]
    _thread: threading.Thread | None

    def __init__(self, db: Database) -> None:
        self._db = db
        self._begin_anew()
        # A thread does not cross a fork, and what waits in the parent's queue is the parent's.
        at_fork(self._begin_anew)

    def write(self, run: Callable[[Connection], T], *, order: str = "") -> T:
        """Do `run` in a transaction, and give its result once that is committed.

        Raises
        ------
        StoreBusy
            Too many writes are waiting; this one was not begun.
        StoreUnavailable
            The database cannot be written; nothing was done.
        Exception
            Whatever `run` raised; nothing of it was kept.
        """
        self._start()
        write = Write(run, order)
        try:
            self._waiting.put_nowait(write)
        except queue.Full:
            raise StoreBusy("too many comments are waiting to be stored; try again") from None
        try:
            result: T = write.result.result(PATIENCE_S)
        except TimeoutError:
            # A write that was not begun is taken back; one that was begun must be waited for,
            # since nobody could say yet whether it was done.
            if write.result.cancel():
                raise StoreBusy("the database is too slow; this was not begun") from None
            result = write.result.result()
        return result

    def close(self) -> None:
        """Finish what is waiting, then stop the thread."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._waiting.put(None)
            thread.join()

    def _begin_anew(self) -> None:
        self._lock = threading.Lock()
        self._waiting = queue.Queue(MAX_WAITING)
        self._thread = None

    def _start(self) -> None:
        if self._thread is not None:
            return
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while (first := self._waiting.get()) is not None:
            batch = [first]
            last = False
            while len(batch) < MAX_TOGETHER and not self._waiting.empty():
                write = self._waiting.get()
                if write is None:
                    last = True
                    break
                batch.append(write)
            batch = [write for write in batch if write.result.set_running_or_notify_cancel()]
            self._do(sorted(batch, key=lambda write: write.order))
            if last:
                return

    def _do(self, batch: list[Write]) -> None:
        """Run the batch in one transaction; when anything in it fails, each by itself in one."""
        try:
            with self._db.write() as db:
                results = [write.run(db) for write in batch]
        except Exception:  # noqa: BLE001  Which write failed, and how, shows below.
            self._do_apart(batch)
        else:
            for write, result in zip(batch, results, strict=True):
                write.result.set_result(result)

    def _do_apart(self, batch: list[Write]) -> None:
        results: list[tuple[Any, BaseException | None]] = []
        try:
            with self._db.write() as db:
                for write in batch:
                    try:
                        with wrapped(), db.begin_nested():
                            results.append((write.run(db), None))
                    except StoreError:
                        raise
                    except Exception as error:  # noqa: BLE001  It belongs to its caller.
                        results.append((None, error))
        except BaseException as error:  # noqa: BLE001  Nobody may wait for an answer for ever.
            failure = (
                error
                if isinstance(error, StoreError)
                else StoreUnavailable(
                    f"the database cannot be written ({type(error).__name__}); nothing was done"
                )
            )
            results = [(None, failure)] * len(batch)
        for write, (result, problem) in zip(batch, results, strict=True):
            if problem is not None:
                write.result.set_exception(problem)
            else:
                write.result.set_result(result)
