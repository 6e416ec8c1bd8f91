"""`python -m training fit | evaluate | bands | release`: from labelled sets to a shipped model."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from modsvc.errors import ModelInvalid
from training import commands
from training.cost import CostUnknown
from training.data import DataInvalid
from training.evaluate import DEFAULT_POLICY
from training.fitting import fit

# Beside the models, where git does not look: a candidate becomes a model by its release.
CANDIDATES = Path(__file__).resolve().parents[1] / "var" / "models"


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "fit":
            fit(options.data, options.out, options.also)
        elif options.command == "evaluate":
            commands.evaluate(
                options.data, against_peers=options.against_peers, json_file=options.json
            )
        elif options.command == "bands":
            commands.bands(options.policy)
        else:
            released = commands.release(options.candidate, options.data, options.despite)
            return 0 if released else 1
    except (DataInvalid, ModelInvalid, CostUnknown, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands_ = parser.add_subparsers(dest="command", required=True)
    fit_options = commands_.add_parser("fit", help="fit a candidate, judge it and write it")
    fit_options.add_argument("--out", type=Path, default=CANDIDATES, help="folder of candidates")
    fit_options.add_argument(
        "--also",
        action="append",
        default=[],
        metavar="SET",
        help="fit on this set too, although its licence forbids to ship what learned from it",
    )
    evaluate = commands_.add_parser("evaluate", help="judge the shipped model, in one table")
    evaluate.add_argument(
        "--against-peers", action="store_true", help="and what a site might use instead, and cost"
    )
    evaluate.add_argument("--json", type=Path, metavar="FILE", help="write every figure there too")
    bands = commands_.add_parser("bands", help="write the shipped model's bands into a policy")
    bands.add_argument("--policy", type=Path, default=DEFAULT_POLICY)
    release = commands_.add_parser("release", help="ship a candidate that is no worse on any gate")
    release.add_argument("candidate", type=Path, help="its folder")
    release.add_argument(
        "--despite",
        action="append",
        default=[],
        metavar="GATE=REASON",
        help="ship it although it is worse on this gate of the table; the card tells the reason",
    )
    for command in (fit_options, evaluate, release):
        command.add_argument("--data", type=Path, default=Path("data"), help="the labelled sets")
    return parser


if __name__ == "__main__":
    sys.exit(main())
