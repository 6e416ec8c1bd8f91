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


@pytest.mark.parametrize("what", RUNS)
def test_the_service_keeps_its_description(
    database: Database, key: str, tmp_path: Path, what: str
) -> None:
    url = database.url.render_as_string(hide_password=False)
    with serving(url) as server:
        done = subprocess.run(
            [
                Path(sys.executable).parent / "schemathesis", "run",
                f"{server.base}/openapi.json", "--checks", "all", "--max-examples", "25",
                *EVERYTHING, *RUNS[what], "--seed", "1", "--no-color",
                "-H", f"Authorization: Bearer {key}",
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip

    assert done.returncode == 0, done.stdout[-4000:]
