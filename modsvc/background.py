"""Work beside the requests: a job that is done again and again on a thread of its own."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from modsvc.core.faults import place
from modsvc.store.forking import at_fork

log = logging.getLogger(__name__)

# Between looks for work; what is judged late is judged within seconds.
EVERY_S = 0.5
# After a failure, most likely the database's: its log must not fill up with our complaints.
AFTER_FAILURE_S = 5.0


class Background:
    """Does a job for as long as the process serves; whatever the job raises, it is done again.

    The thread is not a daemon: a process that ends waits for what the job has in hand, and it looks
    for the end of the main thread, so that nobody needs to tell it.

    Parameters
    ----------
    job : callable
        Does some of the work, and says whether there may be more.
    name : str
        Names the thread, and the job in the log.
    rest : float
        After a piece of work it rests so many times as long as that took, so that much to catch up
        with slows no request down for long; 0 of what readers or moderators wait for.
    """

    _lock: threading.Lock
    _over: threading.Event
    _thread: threading.Thread | None

    def __init__(self, job: Callable[[], bool], *, name: str, rest: float = 0.0) -> None:
        self._job, self.name, self._rest = job, name, rest
        self._begin_anew()
        # A thread does not cross a fork: a child that wants one starts its own.
        at_fork(self._begin_anew)

    def start(self) -> None:
        """Start the thread, unless it was started."""
        if self._thread is not None:
            return
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self.name, daemon=False)
                self._thread.start()

    def stop(self) -> None:
        """Wait for what is in hand, and do no more."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def _begin_anew(self) -> None:
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = None

    def _run(self) -> None:
        while threading.main_thread().is_alive() and not self._over.is_set():
            pause = EVERY_S
            start = time.perf_counter()
            try:
                if self._job():
                    if self._rest:
                        self._over.wait((time.perf_counter() - start) * self._rest)
                    continue
            except Exception as error:  # noqa: BLE001  The next try may go well.
                log.error("%s.failed: %s", self.name, place(error))
                pause = AFTER_FAILURE_S
            self._pause(pause)

    def _pause(self, seconds: float) -> None:
        """Wait, but no longer than it takes to see that the process is to end."""
        waited = 0.0
        while waited < seconds and threading.main_thread().is_alive():
            if self._over.wait(EVERY_S):
                return
            waited += EVERY_S
