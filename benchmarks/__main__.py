"""Run the benchmarks; the exit status is 1 when a ratio is below its floor."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module

# One core for one contender: numpy must not spread over the others.
os.environ["OMP_NUM_THREADS"] = "1"

NAMES = (
    *("score", "rules", "bulk", "replay", "write", "startup", "serve", "protocols"),
    *("desk", "desk_postgres"),
)


def main() -> int:
    """Run what was asked for."""
    from benchmarks import harness, texts

    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="name", help=f"of {', '.join(NAMES)}; all if left out"
    )
    parser.add_argument("--quick", action="store_true", help="shorter rounds, wider margins")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(NAMES):
        parser.error(f"there is no benchmark {min(unknown)!r}; there are {', '.join(NAMES)}")

    stamp = harness.stamp(texts.describe(texts.make(texts.SET_SIZE)))
    if not asked.json:
        for name, value in stamp.items():
            print(f"{name:9} {value}")
        print(f"pressure  before: {harness.pressure()}")
    all_good = True
    for name in asked.names or NAMES:
        report = import_module(f"benchmarks.{name}").run(quick=asked.quick)
        lines, good = harness.judge(report)
        all_good &= good
        if asked.json:
            print(harness.as_json(report, stamp=stamp, pressure=harness.pressure()), flush=True)
        else:
            harness.print_text(report, lines)
            print(f"  pressure after: {harness.pressure()}", flush=True)
    return 0 if all_good else 1


if __name__ == "__main__":
    sys.exit(main())
