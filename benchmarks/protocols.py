"""Perspective's comments:analyze on one core, beside POST /v1/comments with the same texts.

First as fast as it goes, over 16 connections; then at 80 % of that, with requests that come when
they like: there the protocol's budget of 200 ms must hold for 99 in 100.
"""

from __future__ import annotations

import http.client
import json
import tempfile
import time
from collections.abc import Mapping
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from benchmarks import texts
from benchmarks.arrivals import Arrived, arrive
from benchmarks.client import Target
from benchmarks.harness import ROUNDS, Ratio, Report, in_turn, ratio, shown
from benchmarks.load import Load, client_name, post
from benchmarks.serve import ARTICLES, AUTHORS, ask, comments_of
from benchmarks.servers import Running, serving
from modsvc.core.decision import DIGITS
from modsvc.protocols.perspective.attributes import LABELS

ANALYZE, COMMENTS = "comments:analyze", "POST /v1/comments"
ATTRIBUTES = ("TOXICITY", "INSULT", "THREAT", "IDENTITY_ATTACK")
STAGES = {"stage one": "off", "both stages": "all"}
BUDGET_MS = 200.0
BUSY = 0.8  # Of what it can do at most.
CONNECTIONS = 16
COMPARED = 40


def run(*, quick: bool) -> Report:
    """Load both addresses of one service in turn, by each choice of stages."""
    report = Report(
        "protocols",
        [
            *("stages, address", "load", "requests/s", "p50 ms", "p99 ms"),
            *(f"over {BUDGET_MS:.0f} ms", "errors", "CPU ms"),
        ],
    )
    for name, encoder in STAGES.items():
        if encoder != "off" and find_spec("onnxruntime") is None:
            report.add(name, "onnxruntime is not installed", *"------")
            continue
        with tempfile.TemporaryDirectory(prefix="modsvc-bench-") as folder:
            bodies = write_bodies(Path(folder))
            with serving(Path(folder), "modsvc", encoder=encoder) as service:
                version = compare_scores(service, bodies)
                if ("encoder" in version) is (encoder == "off"):
                    raise AssertionError(f"{version} judges, which is not {name}")
                bench = Bench(service, bodies)
                # The encoder takes ten times as long: there would be too few requests for a p99.
                bench.run(2 if quick else 4, 3 if quick else 5 if encoder == "off" else 10)
        add_rows(report, name, bench)
        late = max(each.late_ms for rounds in bench.arrived.values() for each in rounds)
        report.notes += [
            f"{name}: {version} judged; at 80 % the client itself was late by {shown(late)} ms"
        ]
    report.notes += [
        f"same scores to {DIGITS} digits for {COMPARED} texts; analyze stored nothing",
        f"links in 1 text of {texts.EVERY_NTH_HAS_LINKS}, abuse in 1 of {texts.EVERY_NTH_IS_ABUSE}",
        f"the server alone on core 0; on core 1 {client_name()}, and at 80 % our own by a clock",
    ]
    return report


class Bench:
    """One service and what its two addresses came to, round by round.

    `cpu_ms` is the processor time that a request took, as fast as it went.
    """

    def __init__(self, service: Running, bodies: Mapping[str, Path]) -> None:
        self._service, self._bodies = service, bodies
        self._targets = {ANALYZE: analyze_of(service), COMMENTS: comments_of(service)}
        self.loads: dict[str, list[Load]] = {address: [] for address in self._targets}
        self.arrived: dict[str, list[Arrived]] = {address: [] for address in self._targets}
        self.cpu_ms: dict[str, list[float]] = {address: [] for address in self._targets}

    def run(self, seconds: float, busy_seconds: float) -> None:
        """Ask both addresses in turn: as fast as it goes, and soon after at 80 % of that."""
        for address, target in self._targets.items():  # Warm up: caches, pools, SQLite's log.
            post(target, self._bodies[address], "warm", conns=CONNECTIONS, seconds=1)
        for number in range(ROUNDS):
            order = list(self._targets)[:: -1 if number % 2 else 1]
            in_turn({each: partial(self._flat_out, each, seconds) for each in order}, rounds=1)
            in_turn(
                {each: partial(self._at_80_percent, each, busy_seconds) for each in order}, rounds=1
            )

    def _flat_out(self, address: str, seconds: float) -> float:
        settle(self._service)
        stored, cpu = self._service.stored(), self._service.cpu_s()
        target, bodies = self._targets[address], self._bodies[address]
        load = post(target, bodies, f"flat-{stored}", conns=CONNECTIONS, seconds=seconds)
        settle(self._service)
        check(address, load.requests, load.errors, self._service.stored() - stored)
        n_judged = load.requests + load.unanswered
        self.loads[address].append(load)
        self.cpu_ms[address].append((self._service.cpu_s() - cpu) / n_judged * 1e3)
        return load.per_second

    def _at_80_percent(self, address: str, seconds: float) -> float:
        settle(self._service)
        stored = self._service.stored()
        arrived = arrive(
            self._targets[address],
            self._bodies[address],
            f"busy-{stored}",
            conns=CONNECTIONS,
            per_second=BUSY * self.loads[address][-1].per_second,
            seconds=seconds,
        )
        check(address, len(arrived.times_ms), arrived.errors, self._service.stored() - stored)
        self.arrived[address].append(arrived)
        return arrived.percentile_ms(0.99)


def analyze_of(service: Running) -> Target:
    """Say where a service answers Perspective's clients."""
    return Target(service.port, f"/v1alpha1/comments:analyze?key={service.key}")


def write_bodies(folder: Path) -> dict[str, Path]:
    """Write what each address is sent: the same texts, and nothing of an article but its id."""
    paths = {ANALYZE: folder / "analyze.jsonl", COMMENTS: folder / "comments.jsonl"}
    with paths[ANALYZE].open("w") as analyze, paths[COMMENTS].open("w") as comments:
        for at, text in enumerate(texts.make_with_abuse(texts.MANY)):
            attributes: dict[str, object] = {name: {} for name in ATTRIBUTES}
            asked = {"comment": {"text": text}, "requestedAttributes": attributes}
            author = f"u-{at * 7 % AUTHORS}"
            told = {"body": text, "article": f"a-{at % ARTICLES}", "author": author}
            print(json.dumps(asked), file=analyze)
            print(json.dumps(told), file=comments)
    return paths


def compare_scores(service: Running, bodies: Mapping[str, Path]) -> str:
    """See that both give the same scores for the same texts, and name what judged them."""
    analyze, comments = (bodies[each].read_text().splitlines() for each in (ANALYZE, COMMENTS))
    versions = set()
    for at in range(COMPARED):
        stored = ask(service, {"id": f"compared-{at}", **json.loads(comments[at])})
        answered = ask_analyze(service, analyze[at])
        for name, score in answered.items():
            if round(score, DIGITS) != stored["scores"][LABELS[name]]:
                raise AssertionError(f"text {at}: {name} is {score}, but {stored} is stored")
        versions.add(str(stored["model_version"]))
    [version] = versions
    return version


def ask_analyze(service: Running, body: str) -> dict[str, float]:
    """Ask for scores, and give them by the names they were asked for."""
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)
    connection.request("POST", analyze_of(service).path, body)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    if answer.status != 200:
        raise AssertionError(f"analyze answered {answer.status}: {text.decode()}")
    found = json.loads(text)["attributeScores"]
    return {name: found[name]["summaryScore"]["value"] for name in ATTRIBUTES}


def settle(service: Running) -> None:
    """Wait until a service has done what it was asked by a client that has gone."""
    while True:
        before = service.cpu_s()
        time.sleep(0.2)
        if service.cpu_s() - before < 0.02:
            return


def check(address: str, n_answered: int, errors: int, n_stored: int) -> None:
    """See that nothing failed, and that what was acknowledged is stored, and nothing else is."""
    if errors > n_answered / 100:
        raise AssertionError(f"{address}: {errors} of {n_answered} failed")
    # The last requests of a connection may be stored and yet never be answered.
    least, most = (0, 0) if address == ANALYZE else (n_answered - errors, n_answered + CONNECTIONS)
    if not least <= n_stored <= most:
        raise AssertionError(f"{address}: {n_answered} answered, {n_stored} stored")


def add_rows(report: Report, stages: str, bench: Bench) -> None:
    """Add what both addresses came to, and how they compare."""
    for address, loads in bench.loads.items():
        report.add(
            f"{stages}, {address}",
            f"{CONNECTIONS} connections",
            *(median(getattr(each, of) for each in loads) for of in ("per_second", "p50_ms")),
            median(each.p99_ms for each in loads),
            "-",
            sum(each.errors for each in loads),
            median(bench.cpu_ms[address]),
        )
    for address, arrived in bench.arrived.items():
        report.add(
            f"{stages}, {address}",
            f"{BUSY:.0%}",
            median(each.per_second for each in arrived),
            *(median(each.percentile_ms(share) for each in arrived) for share in (0.5, 0.99)),
            f"{median(each.share_over(BUDGET_MS) for each in arrived):.2%}",
            sum(each.errors for each in arrived),
            "-",
        )
    ours, theirs = bench.loads[ANALYZE], bench.loads[COMMENTS]
    report.ratios += [
        ratio(
            f"{stages}: requests/s",
            [each.per_second for each in ours],
            [each.per_second for each in theirs],
        ),
        ratio(f"{stages}: p99", [each.p99_ms for each in theirs], [each.p99_ms for each in ours]),
        ratio(f"{stages}: CPU a request", bench.cpu_ms[COMMENTS], bench.cpu_ms[ANALYZE]),
        *(
            Ratio(
                f"{stages}: {BUDGET_MS:.0f} ms to p99 at 80 %, {address}",
                [BUDGET_MS / each.percentile_ms(0.99) for each in arrived],
            )
            for address, arrived in bench.arrived.items()
        ),
    ]
