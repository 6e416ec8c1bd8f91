"""The real service in processes of its own, over real sockets."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from modsvc.classifier.shipped import MANIFEST_SHA256, find_shipped
from modsvc.cli.serve import STOP_WITHIN_S
from modsvc.store import sites
from modsvc.store.db import Database
from tests.calm import calm_file
from tests.conftest import SITE
from tests.factories import make_body
from tests.fakes import Clock
from tests.server import (
    START_WITHIN_S,
    Running,
    free_port,
    running,
    serving,
    wait_until_it_answers,
)

INSULT = "you are a worthless idiot"
FAIR = "Thank you, a fair and careful article."


@pytest.fixture
def served(database: Database) -> tuple[str, str]:
    """The URL of a database with a site, and the site's key."""
    with database.write() as db:
        key = sites.add_key(db, SITE, "tests", frozenset(sites.SCOPES), Clock().now)
    return database.url.render_as_string(hide_password=False), key


def test_the_service_decides_with_the_shipped_model(served: tuple[str, str]) -> None:
    url, key = served
    with serving(url, workers=2) as server:
        insult = server.call("POST", "/v1/comments", make_body(INSULT, id="c-1"), key=key)
        fair = server.call("POST", "/v1/comments", make_body(FAIR, id="c-2"), key=key)
        ready = server.call("GET", "/readyz")

    assert (insult.status, fair.status, ready.status) == (201, 201, 200)
    assert insult.json["action"] in {"hold", "reject"}
    assert fair.json["action"] == "approve"
    assert ready.json["degraded"] is False


@pytest.mark.parametrize("damage", ["missing", "altered", "truncated"])
def test_without_a_good_model_rules_still_act_and_all_else_is_held(
    sqlite_url: str, tmp_path: Path, damage: str
) -> None:
    database = Database(sqlite_url)
    with database.write() as db:
        sites.add_site(db, SITE, "The Gazette", Clock().now)
        key = sites.add_key(db, SITE, "tests", frozenset(sites.SCOPES), Clock().now)
    database.close()
    model = tmp_path / "model"
    if damage != "missing":
        shutil.copytree(find_shipped(), model)
        weights = model / "weights.npy"
        content = weights.read_bytes()
        changed = content[:-8] + b"\0" * 8 if damage == "altered" else content[: len(content) // 2]
        weights.write_bytes(changed)

    own = {"MODSVC_MODEL": str(model), "MODSVC_MODEL_SHA256": MANIFEST_SHA256}
    with serving(sqlite_url, **own) as server:
        ready = server.call("GET", "/readyz")
        fair = server.call("POST", "/v1/comments", make_body(FAIR), key=key)

    assert (ready.status, ready.json["ready"], ready.json["degraded"]) == (200, True, True)
    assert ready.json["problems"]
    assert fair.status == 201
    assert fair.json["action"] == "hold"
    assert [reason["code"] for reason in fair.json["reasons"]] == ["classifier.unavailable"]
    assert fair.json["scores"] == {}


def test_a_taken_port_is_said_in_one_line(sqlite_url: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "modsvc", "serve", "--bind", f"127.0.0.1:{port}"],
            env={"MODSVC_DATABASE_URL": sqlite_url},
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 2
    assert done.stderr == f"modsvc: cannot listen on 127.0.0.1:{port}: Address already in use\n"


def test_a_body_over_the_limit_is_refused_however_it_is_sent(served: tuple[str, str]) -> None:
    url, key = served
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    head = (
        "POST /v1/comments HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {key}\r\n"
    ).encode()
    with serving(url) as server:
        plain = server.call("POST", "/v1/comments", b'"' + b"x" * (2 << 20) + b'"', key=key)
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as raw:
            raw.sendall(head + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n")
            raw.sendall(b"1\r\n[\r\n" + chunk * 32 + b"1\r\n]\r\n0\r\n\r\n")
            chunked = raw.makefile("rb").readline()
        after = server.call("GET", "/healthz")

    assert plain.status == 413
    assert plain.headers["content-type"] == "application/problem+json"
    assert chunked.split()[1] == b"413"
    assert after.status == 200


def test_a_chunked_body_within_the_limit_is_read_whole(served: tuple[str, str]) -> None:
    url, key = served
    body = json.dumps(make_body(FAIR)).encode()
    head = (
        "POST /v1/comments HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {key}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    ).encode()
    chunks = b"".join(b"%x\r\n%s\r\n" % (1, body[n : n + 1]) for n in range(len(body)))
    with serving(url) as server, socket.create_connection(("127.0.0.1", server.port)) as raw:
        raw.settimeout(20)
        raw.sendall(head + chunks + b"0\r\n\r\n")
        status = raw.makefile("rb").readline()

    assert status.split()[1] == b"201"


def test_being_told_to_stop_ends_it_with_status_0(served: tuple[str, str]) -> None:
    url, _ = served
    with serving(url) as server:
        server.process.send_signal(signal.SIGTERM)

        assert server.process.wait(30) == 0


def test_a_worker_that_is_still_loading_stops_at_once_too(
    served: tuple[str, str], tmp_path: Path
) -> None:
    url, _ = served
    loading = tmp_path / "loading"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.never_loaded", "serve", "--bind", f"127.0.0.1:{free_port()}"],
        env={"MODSVC_DATABASE_URL": url, "LOADING": str(loading)},
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + START_WITHIN_S
        while not loading.exists():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.terminate()

        # Far less than granian waits before it kills a worker.
        assert process.wait(STOP_WITHIN_S / 2) == 0
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def test_gunicorn_serves_it_too_with_the_application_loaded_before_the_fork(
    served: tuple[str, str], tmp_path: Path
) -> None:
    url, key = served
    port = free_port()
    command = [
        sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "2",
        "--worker-class", "gthread", "--threads", "4", "--preload",
        "--graceful-timeout", "5",  # Or a connection left open is waited for as long as we wait.
        "modsvc.wsgi:app",
    ]  # fmt: skip
    log = tmp_path / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            env={"MODSVC_DATABASE_URL": url},
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
        server = Running(port, process)
        try:
            wait_until_it_answers(server)
            statuses = [
                server.call("POST", "/v1/comments", make_body(FAIR, id=f"c-{n}"), key=key).status
                for n in range(20)
            ]
        finally:
            process.terminate()
            process.wait(30)

    assert statuses == [201] * 20
    assert "Traceback" not in log.read_text()


def served_late(url: str, kind: str) -> AbstractContextManager[Running]:
    """Serve, with an encoder that would approve nothing and judges only after the answer."""
    port = free_port()
    settings = {
        "MODSVC_DATABASE_URL": url,
        "MODSVC_LOG_LEVEL": "error",
        "MODSVC_ENCODER": "late",
        "MODSVC_POLICY": str(calm_file()),
    }
    address = f"127.0.0.1:{port}"
    if kind == "granian":
        arguments, module = ["serve", "--bind", address, "--workers", "2"], "tests.with_encoder"
    else:
        module = "gunicorn"
        arguments = ["--bind", address, "--workers", "2", "--worker-class", "gthread",
                     "--preload", "--log-level", "error", "tests.with_encoder:wsgi()"]  # fmt: skip
    return running(arguments, port, settings, module=module)


@pytest.mark.parametrize("kind", ["granian", "gunicorn"])
def test_what_both_stages_would_not_approve_is_held_after_the_answer(
    served: tuple[str, str], kind: str
) -> None:
    url, key = served
    with served_late(url, kind) as server:
        answers = [
            server.call("POST", "/v1/comments", make_body(FAIR, id=f"c-{n}"), key=key).json
            for n in range(10)
        ]
        ready = drain(server)
        feed = server.call("GET", "/v1/decisions", key=key).json["decisions"]
        os.kill(server.process.pid, signal.SIGTERM)
        status = server.process.wait(START_WITHIN_S)

    assert {answer["action"] for answer in answers} == {"approve"}
    assert (ready["encoder"], ready["stages"], ready["degraded"]) == ("late", ["linear"], False)
    later = [decision for decision in feed if "+" in decision["model_version"]]
    assert sorted(d["id"] for d in later) == sorted(f"c-{n}" for n in range(10))
    assert {(d["action"], d["decided_by"]) for d in later} == {("hold", "policy")}
    assert status == 0


def test_what_waits_when_the_service_stops_is_judged_when_it_starts_again(
    served: tuple[str, str],
) -> None:
    url, key = served
    batch = {"comments": [make_body(FAIR, id=f"c-{n}") for n in range(200)]}
    with served_late(url, "granian") as server:
        answer = server.call("POST", "/v1/comments/batch", batch, key=key)
        server.process.terminate()
        status = server.process.wait(START_WITHIN_S)
    with served_late(url, "granian") as server:
        drain(server)
        feed = server.call("GET", "/v1/decisions?limit=500", key=key).json["decisions"]

    assert (answer.status, status) == (200, 0)
    assert sorted(d["id"] for d in feed if d["action"] == "hold") == sorted(
        comment["id"] for comment in batch["comments"]
    )
    assert len(feed) == 2 * len(batch["comments"])


def drain(server: Running) -> dict[str, Any]:
    """Wait until nothing is left to be judged again, and give the state the service is in."""
    deadline = time.monotonic() + START_WITHIN_S
    while (ready := server.call("GET", "/readyz").json)["late_backlog"]:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return dict(ready)
