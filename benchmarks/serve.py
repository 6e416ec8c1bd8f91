"""POST /v1/comments on one core, durably stored: modsvc beside the straightforward design."""

from __future__ import annotations

import http.client
import json
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks import texts
from benchmarks.client import Target
from benchmarks.harness import Report, in_turn, ratio
from benchmarks.load import Load, client_name, post
from benchmarks.servers import Running, serving_both

PATH = "/v1/comments"
AUTHORS, ARTICLES = 2_000, 50
COMPARED = 40  # Answers that are compared score by score.
# Scores are answered with four digits; the last may be rounded either way.
TOLERANCE = 1.5e-4


def run(*, quick: bool) -> Report:
    """Load both in turn, over 16 connections and over one, and see that both did the same work."""
    seconds, connections = (2, [16]) if quick else (4, [16, 1])
    report = Report(
        "serve",
        ["app", "connections", "comments/s", "p50 ms", "p99 ms", "errors", "CPU ms", "PSS MiB"],
    )
    with tempfile.TemporaryDirectory(prefix="modsvc-bench-") as name:
        folder = Path(name)
        bodies = write_bodies(folder / "bodies.jsonl")
        with serving_both(folder) as running:
            apart = compare_answers(bodies, running)
            for conns in connections:
                loads, cpu = load_in_turn(running, bodies, conns, seconds)
                add_rows(report, running, loads, cpu, conns)
    report.notes += [
        f"same actions, and scores {apart:.1e} apart at most, for {COMPARED} comments",
        "every comment that was acknowledged is in its database (synchronous=FULL)",
        f"each server alone on core 0, {client_name()} on core 1, {seconds} s a round",
    ]
    return report


def write_bodies(path: Path) -> Path:
    """Write the requests' bodies, without their ids: some articles, and authors who come again."""
    with path.open("w", encoding="utf-8") as file:
        for at, body in enumerate(texts.make(texts.MANY)):
            article = {"id": f"a-{at % ARTICLES}", "title": f"Article {at % ARTICLES}"}
            author = {"id": f"u-{at * 7 % AUTHORS}", "name": f"reader{at * 7 % AUTHORS}"}
            file.write(json.dumps({"body": body, "article": article, "author": author}) + "\n")
    return path


def comments_of(service: Running) -> Target:
    """Say where a service takes comments in."""
    return Target(service.port, PATH, service.key, with_ids=True)


def load_in_turn(
    running: dict[str, Running], bodies: Path, conns: int, seconds: float
) -> tuple[dict[str, list[Load]], dict[str, list[float]]]:
    """Load the two in turn and check each time that what was acknowledged is stored.

    Also gives the processor time in ms that each comment took: what others do on the machine
    disturbs it far less than it does the clock.
    """
    loads: dict[str, list[Load]] = {name: [] for name in running}
    cpu: dict[str, list[float]] = {name: [] for name in running}

    def one_round(service: Running) -> float:
        before, cpu_before = service.stored(), service.cpu_s()
        tag = f"c{conns}-{before}"
        load = post(comments_of(service), bodies, tag, conns=conns, seconds=seconds)
        stored = service.stored() - before
        # The last requests of a connection may be stored and yet never be answered.
        if not load.requests - load.errors <= stored <= load.requests + conns:
            raise AssertionError(f"{service.name}: {load.requests} answered, {stored} stored")
        if load.errors > load.requests / 100:
            raise AssertionError(f"{service.name}: {load.errors} of {load.requests} failed")
        loads[service.name].append(load)
        cpu[service.name].append((service.cpu_s() - cpu_before) / stored * 1e3)
        return load.per_second

    contenders: dict[str, Callable[[], float]] = {
        name: partial(one_round, service) for name, service in running.items()
    }
    for name, service in running.items():  # Warm up: caches, pools, and SQLite's log.
        post(comments_of(service), bodies, f"warm-{name}-{conns}", conns=conns, seconds=1)
    in_turn(contenders)
    return loads, cpu


def add_rows(
    report: Report,
    running: dict[str, Running],
    loads: dict[str, list[Load]],
    cpu: dict[str, list[float]],
    conns: int,
) -> None:
    """Add what a number of connections came to."""
    for name, each in loads.items():
        report.add(
            name,
            conns,
            median(load.per_second for load in each),
            median(load.p50_ms for load in each),
            median(load.p99_ms for load in each),
            sum(load.errors for load in each),
            median(cpu[name]),
            running[name].memory_mib(),
        )
    ours, theirs = loads["modsvc"], loads["reference"]
    over = f"{conns} connection" + "s" * (conns > 1)
    report.ratios += [
        ratio(
            f"comments/s, {over}",
            [load.per_second for load in ours],
            [load.per_second for load in theirs],
        ),
        ratio(f"p50, {over}", [load.p50_ms for load in theirs], [load.p50_ms for load in ours]),
        ratio(f"p99, {over}", [load.p99_ms for load in theirs], [load.p99_ms for load in ours]),
        ratio(f"CPU a comment, {over}", cpu["reference"], cpu["modsvc"]),
    ]


def compare_answers(bodies: Path, running: dict[str, Running]) -> float:
    """Ask both about the same comments; give how far their scores are apart at most."""
    apart = 0.0
    for at, line in enumerate(bodies.read_text(encoding="utf-8").splitlines()[:COMPARED]):
        body = {"id": f"compared-{at}", **json.loads(line)}
        ours, theirs = (ask(running[name], body) for name in ("modsvc", "reference"))
        if ours["action"] != theirs["action"] or ours["scores"].keys() != theirs["scores"].keys():
            raise AssertionError(f"they disagree about {body['id']}: {ours} and {theirs}")
        apart = max(apart, *(abs(ours["scores"][k] - theirs["scores"][k]) for k in ours["scores"]))
    if apart > TOLERANCE:
        raise AssertionError(f"the scores are {apart} apart: they do not do the same work")
    return apart


def ask(service: Running, body: dict[str, object]) -> dict[str, dict[str, float]]:
    """POST one comment and give the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)
    headers = {"Authorization": f"Bearer {service.key}", "Content-Type": "application/json"}
    connection.request("POST", PATH, json.dumps(body), headers)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    if answer.status != 201:
        raise AssertionError(f"{service.name} answered {answer.status}: {text.decode()}")
    return dict(json.loads(text))
