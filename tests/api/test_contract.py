"""The service answers as its OpenAPI description says, whatever it is sent.

schemathesis makes requests up from the description, good and bad, alone and in sequence, and checks
each answer against it: https://schemathesis.readthedocs.io/
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from modsvc.store.db import Database
from tests.server import serving

BATCH = "/v1/comments/batch"
EVERYTHING = ["--phases", "coverage,fuzzing,stateful"]
RUNS = {
    "everything else": ["--exclude-path", BATCH],
    # A bad comment of a batch gets a problem of its own, in an answer that is 200; and GET at this
    # address is good too, since a comment may be called "batch".
    "batches": [
        *("--include-path", BATCH),
        *("--exclude-checks", "negative_data_rejection,allow_header_conformance"),
    ],
}
# What PostgreSQL alone would stumble over lies in the coverage phase, which knows no most: it tries
# the ends of each field's range in turn. Chance looks for the rest, which is in our own code.
MOST = {True: "25", False: "8"}


@pytest.mark.parametrize("what", RUNS)
def test_the_service_keeps_its_description(
    database: Database, key: str, tmp_path: Path, what: str
) -> None:
    url = database.url.render_as_string(hide_password=False)
    # Who judges is seen in no shape of an answer.
    with serving(url, MODSVC_ENCODER="off") as server:
        done = subprocess.run(
            [
                Path(sys.executable).parent / "schemathesis", "run",
                f"{server.base}/openapi.json", "--checks", "all", "--max-examples", MOST[database.is_sqlite],
                *EVERYTHING, *RUNS[what], "--seed", "1", "--no-color",
                "-H", f"Authorization: Bearer {key}",
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip

    assert done.returncode == 0, done.stdout[-4000:]
