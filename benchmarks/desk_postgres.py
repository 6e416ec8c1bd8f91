"""The queue's pages at 1,000,000 cases on PostgreSQL, where it is installed, as `desk` has them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.desk import COLUMNS, MANY, Figures, at_once, pages, seeded
from benchmarks.harness import Report
from tests.postgres import binaries, server


def run(*, quick: bool) -> Report:
    """Measure on a server of its own, with its usual settings: every commit reaches the disk."""
    report = Report("desk_postgres", COLUMNS)
    report.add(*"-" * len(COLUMNS))
    if quick:
        report.notes.append("left out: it takes minutes to fill")
    elif binaries() is None:
        report.notes.append("no PostgreSQL: apt-get install postgresql")
    else:
        report.rows.clear()
        with tempfile.TemporaryDirectory(prefix="modsvc-bench-") as name, server("") as running:
            url = running.url.render_as_string(hide_password=False)
            with seeded(Path(name), MANY, report, url) as service:
                pages(Figures(report), service, f"{MANY:,}", quick=False)
                at_once(Figures(report), service, Path(name), f"{MANY:,}", seconds=20)
    return report
