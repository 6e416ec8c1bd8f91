from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading

import pytest

from modsvc import background
from modsvc.background import Background

WAIT_S = 30  # Never reached unless something hangs.


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "EVERY_S", 0.001)
    monkeypatch.setattr(background, "AFTER_FAILURE_S", 0.002)


def test_a_job_is_done_until_it_is_stopped_and_what_is_in_hand_is_finished() -> None:
    begun, go_on, done = threading.Event(), threading.Event(), []

    def job() -> bool:
        begun.set()
        assert go_on.wait(WAIT_S)
        done.append(1)
        return True

    working = Background(job, name="test")
    working.start()
    assert begun.wait(WAIT_S)
    stopping = threading.Thread(target=working.stop)
    stopping.start()
    go_on.set()
    stopping.join(WAIT_S)

    assert done
    assert not any(thread.name == "test" for thread in threading.enumerate())


@pytest.mark.parametrize(("rest", "pauses"), [(0.0, []), (3.0, [6.0, 15.0])])
def test_it_rests_as_many_times_as_long_as_it_worked(
    monkeypatch: pytest.MonkeyPatch, rest: float, pauses: list[float]
) -> None:
    clock, took, rested = [100.0], iter([2.0, 5.0, 1.0]), []
    done = threading.Event()
    monkeypatch.setattr(background.time, "perf_counter", lambda: clock[0])

    class Over(threading.Event):
        def wait(self, seconds: float | None = None) -> bool:
            if seconds > background.EVERY_S:
                rested.append(seconds)
            return self.is_set()

    def job() -> bool:
        clock[0] += next(took, 0.0)
        if clock[0] == 108:
            done.set()
        return clock[0] < 108

    with monkeypatch.context() as patched:
        patched.setattr(threading, "Event", Over)
        working = Background(job, name="catching up", rest=rest)
    working.start()
    assert done.wait(WAIT_S)
    working.stop()

    assert rested == pauses


def test_starting_twice_starts_one_thread() -> None:
    working = Background(lambda: False, name="once")
    working.start()
    working.start()

    names = [thread.name for thread in threading.enumerate()]
    working.stop()

    assert names.count("once") == 1


def test_a_job_that_fails_is_done_again_and_its_words_stay_out_of_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    tries, again = [], threading.Event()

    def job() -> bool:
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("what a reader wrote")
        again.set()
        return False

    working = Background(job, name="late")
    with caplog.at_level(logging.ERROR):
        working.start()
        assert again.wait(WAIT_S)
    working.stop()

    assert "late.failed: ValueError at test_background.py:" in caplog.text
    assert "what a reader wrote" not in caplog.text


def test_a_process_that_ends_waits_for_what_is_in_hand() -> None:
    script = """
import threading
from modsvc.background import Background
begun = threading.Event()
def job():
    begun.set()
    threading.main_thread().join()
    print("finished", flush=True)
    return True
Background(job, name="test").start()
begun.wait()
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        timeout=WAIT_S,
        env=dict(os.environ),
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "finished\n", "")


def test_a_forked_child_starts_a_thread_of_its_own() -> None:
    pids: list[int] = []
    done = threading.Event()

    def job() -> bool:
        pids.append(os.getpid())
        done.set()
        return False

    working = Background(job, name="test")
    working.start()
    assert done.wait(WAIT_S)
    working.stop()
    child = os.fork()
    if child == 0:
        good = False
        try:  # Nothing may escape from here: a child must not go on as a second pytest.
            done.clear()
            working.start()
            good = done.wait(WAIT_S) and pids[-1] == os.getpid()
        finally:
            os._exit(0 if good else 1)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
