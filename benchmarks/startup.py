"""From nothing to the first answer, and what it takes to stay there."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from benchmarks.harness import ROUNDS, Report, in_turn, percentile, ratio, timed
from benchmarks.load import SERVER_CORE, on_core
from benchmarks.servers import COMMANDS, ROOT, serving

IMPORTS = {
    "modsvc --help": "from modsvc import cli",
    "modsvc": "from modsvc import app",
    "reference": "from benchmarks import reference",
}


def run(*, quick: bool) -> Report:
    """Start both in turn, each on one core."""
    memory: dict[str, list[float]] = {name: [] for name in COMMANDS}
    ready = in_turn({name: partial(start, name, memory[name]) for name in COMMANDS})
    loads = {name: partial(load, code) for name, code in IMPORTS.items()}
    imports = in_turn(loads, rounds=1 if quick else ROUNDS)
    report = Report("startup", ["contender", "import s", "first answer s", "PSS MiB"])
    for name, times in imports.items():
        served = [ready[name], memory[name]] if name in COMMANDS else []
        cells: list[object] = [percentile(figures, 0.5) for figures in served]
        cells = cells or ["-", "-"]
        report.add(name, percentile(times, 0.5), *cells)
    report.ratios = [
        ratio("ready", ready["reference"], ready["modsvc"]),
        ratio("memory", memory["reference"], memory["modsvc"]),
    ]
    report.notes = ["one process each; the database is there and migrated; disk caches are warm"]
    return report


def start(name: str, memory: list[float]) -> float:
    """Start a service; give the seconds until it answers, and add the memory it then has."""
    with (
        tempfile.TemporaryDirectory(prefix="modsvc-bench-") as folder,
        serving(Path(folder), name) as service,
    ):
        memory.append(service.memory_mib())
        return service.ready_after_s


def load(code: str) -> float:
    """Import in a new process; give the seconds that takes, Python's own start left out."""
    with on_core(SERVER_CORE):
        bare = timed(partial(subprocess.run, [sys.executable, "-c", ""], check=True, cwd=ROOT))
        whole = timed(partial(subprocess.run, [sys.executable, "-c", code], check=True, cwd=ROOT))
    return max(whole - bare, 0.0)
