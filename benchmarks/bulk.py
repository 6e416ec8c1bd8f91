"""`modsvc score` over a large file: comments a second, and memory that does not grow with it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import orjson

from benchmarks import texts
from benchmarks.harness import Ratio, Report
from benchmarks.load import SERVER_CORE, on_core
from benchmarks.servers import ROOT

COMMENTS, QUICK_COMMENTS = 100_000, 10_000
# Memory is taken as settled once this share of the answers has been written.
SETTLED = 0.05
# How many times fewer comments the encoder is given: it takes as much longer for each.
ENCODER_TAKES = 10
_EVERY_S = 0.2


def run(*, quick: bool) -> Report:
    """Score a file on one core by each choice of stages, looking at the process's memory."""
    count = QUICK_COMMENTS if quick else COMMENTS
    report = Report("bulk", ["contender", "comments/s", "settled MiB", "peak MiB"])
    for name, encoder, n in (
        ("stage one", "off", count),
        ("both stages", "all", count // ENCODER_TAKES),
    ):
        with tempfile.TemporaryDirectory(prefix="modsvc-bench-") as folder:
            comments, answers = Path(folder) / "comments.jsonl", Path(folder) / "answers.jsonl"
            write_comments(comments, n)
            seconds, memory = score(comments, answers, encoder)
            answered = sum(1 for _ in answers.open("rb"))
        if answered != n:
            raise AssertionError(f"{answered} of {n} comments were answered")
        settled = next(mib for share, mib in memory if share >= SETTLED)
        peak = max(mib for _, mib in memory)
        report.add(name, n / seconds, settled, peak)
        report.ratios.append(Ratio(f"{name}: settled memory to peak", [settled / peak]))
        report.notes.append(f"{name}: {n:,} comments in {seconds:.0f} s, its start included")
    return report


def write_comments(path: Path, count: int) -> None:
    """Write made-up comments, one JSON object a line."""
    with path.open("wb") as file:
        for number, body in enumerate(texts.make(count)):
            line = {"id": str(number), "body": body}
            file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))


def score(comments: Path, answers: Path, encoder: str) -> tuple[float, list[tuple[float, float]]]:
    """Run the command; give its seconds and, in turn, (share of the input read, MiB held)."""
    memory: list[tuple[float, float]] = []
    size = comments.stat().st_size
    with answers.open("wb") as out, on_core(SERVER_CORE):
        start = time.perf_counter()
        command = [sys.executable, "-m", "modsvc", "score", str(comments), "--encoder", encoder]
        with subprocess.Popen(command, stdout=out, cwd=ROOT) as process:
            while process.poll() is None:
                memory.append((_share_read(process.pid, comments, size), _mib(process.pid)))
                time.sleep(_EVERY_S)
        seconds = time.perf_counter() - start
    if process.returncode:
        raise AssertionError(f"modsvc score ended with status {process.returncode}")
    return seconds, [(share, mib) for share, mib in memory if mib]


def _share_read(pid: int, file: Path, size: int) -> float:
    """Tell how far a process has read a file, by the kernel's account of its descriptors."""
    try:
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            if descriptor.readlink() == file:
                facts = Path(f"/proc/{pid}/fdinfo/{descriptor.name}").read_text(encoding="ascii")
                return int(facts.split()[1]) / size
    except OSError:  # It has just ended.
        return 1.0
    return 0.0


def _mib(pid: int) -> float:
    """Give what a process holds in memory; 0 once it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")]
    return int(found[0]) / 1024 if found else 0.0
