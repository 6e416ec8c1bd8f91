"""The real service, to be killed, and clients that go on asking it."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests import warm
from tests.calm import calm_file
from tests.faults.history import Fate, History

# Nothing may take this long; what does counts as hanging and fails the test.
PATIENCE_S = 20.0
CLIENTS = 8
WORDS = ("a", "the", "harbour", "council", "bridge", "report", "vote", "because", "plainly")


class Service:
    """`modsvc serve` in a process group of its own, always on the same port."""

    def __init__(self, database_url: str, *, module: str = "modsvc", **settings: str) -> None:
        with socket.socket() as probe:  # A free port; never a fixed one.
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self._module = module
        self._environment = {
            **os.environ,
            "MODSVC_DATABASE_URL": database_url,
            "MODSVC_POLICY": str(calm_file()),
            "MODSVC_ENCODER": "off",  # Who judges matters to nothing that is stored.
            **settings,
        }
        self._process: warm.Process | None = None

    def start(self) -> None:
        """Start it and wait until it is ready."""
        arguments = ["serve", "--bind", f"127.0.0.1:{self.port}"]
        self._process = warm.start(
            self._module, arguments, env=self._environment, stderr=subprocess.DEVNULL
        )
        tick = threading.Event()
        for _ in range(int(PATIENCE_S / 0.02)):
            if self._is_ready():
                return
            assert self._process.poll() is None, "modsvc serve did not start"
            tick.wait(0.02)
        raise AssertionError("modsvc serve was never ready")

    def kill(self) -> None:
        """Kill the whole process group, as a power cut would: nothing is asked first."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
            self._wait_until_its_port_is_free()

    def _wait_until_its_port_is_free(self) -> None:
        # A worker may outlive the process that was waited for by a moment.
        tick = threading.Event()
        for _ in range(int(PATIENCE_S / 0.01)):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                with suppress(OSError):
                    probe.bind(("127.0.0.1", self.port))
                    return
            tick.wait(0.01)
        raise AssertionError("a killed server still listens")

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


class Crowd:
    """Clients that each send one comment after the other, and write down what came of it.

    What got no answer, or a 503, is sent again until it is acknowledged; now and then a client
    gives up instead, as a site would that died at that moment.
    """

    def __init__(self, service: Service, key: str, history: History) -> None:
        self._service, self._key, self._history = service, key, history
        self.statuses: Counter[int] = Counter()
        self.failures: list[BaseException] = []
        self.is_up = threading.Event()
        self._stopping, self._failed = threading.Event(), threading.Event()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Send comments for as long as the block lasts, and then finish what was begun."""
        self.is_up.set()
        threads = [threading.Thread(target=self._run, args=(n,)) for n in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            yield
        except BaseException:
            self._failed.set()  # Nobody will answer what was begun.
            raise
        finally:
            self._stopping.set()
            self.is_up.set()
            for thread in threads:
                thread.join()
        assert self.failures == []

    def _run(self, number: int) -> None:
        try:
            self._send_all(number)
        except BaseException as error:  # noqa: BLE001  The test's own thread reports it.
            self.failures.append(error)

    def _send_all(self, number: int) -> None:
        chance = random.Random(number)
        connection = self._connect()
        count = 0
        while not self._stopping.is_set():
            count += 1
            comment_id = f"t{number}-{count}"
            body = " ".join(chance.choices(WORDS, k=40)) + "."
            if count % 3 == 0:  # Held by a rule, whatever the model says.
                body += " https://one.example https://two.example https://three.example"
            self._history.sent(comment_id, body)
            while (fate := self._send(connection, comment_id, body)) is not Fate.ACKNOWLEDGED:
                if fate is Fate.UNKNOWN:
                    connection.close()
                    self.is_up.wait(PATIENCE_S)
                elif fate is Fate.UNAVAILABLE:
                    self._stopping.wait(0.05)  # What Retry-After asks for, in a test's measure.
                if chance.random() < 0.2 and not self._stopping.is_set():
                    break
                if self._failed.is_set():
                    return
        connection.close()

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._service.port, timeout=PATIENCE_S)

    def _send(self, connection: http.client.HTTPConnection, comment_id: str, body: str) -> Fate:
        comment = {"id": comment_id, "body": body, "article": "a-1", "author": "u-1"}
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        try:
            connection.request("POST", "/v1/comments", json.dumps(comment), headers)
            answer = connection.getresponse()
            text = answer.read()
        except TimeoutError:
            raise AssertionError(f"{comment_id} was not answered in {PATIENCE_S} s") from None
        except (OSError, http.client.HTTPException):
            self._history.answered(comment_id, Fate.UNKNOWN)
            return Fate.UNKNOWN
        self.statuses[answer.status] += 1
        if answer.status in (200, 201):
            self._history.answered(comment_id, Fate.ACKNOWLEDGED, json.loads(text)["action"])
            return Fate.ACKNOWLEDGED
        assert answer.status == 503, f"{answer.status}: {text.decode()}"
        assert int(answer.headers["Retry-After"]) > 0
        self._history.answered(comment_id, Fate.UNAVAILABLE)
        return Fate.UNAVAILABLE
