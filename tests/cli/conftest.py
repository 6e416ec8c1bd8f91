"""The command as people run it: a process of its own, in a folder of its own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests import warm

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of a fresh machine, with nothing of ours set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MODSVC_")}
    return {**kept, "MODSVC_DATABASE_URL": f"sqlite:///{tmp_path}/cli.db"}


@pytest.fixture
def run(tmp_path: Path, environment: dict[str, str]) -> Run:
    """Run `modsvc …` and wait for its end."""

    def run(*arguments: str, stdin: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
        reader, writer = os.pipe()
        with (tmp_path / ".out").open("wb") as out, (tmp_path / ".err").open("wb") as err:
            process = warm.start(
                "modsvc",
                [*arguments],
                env={**environment, **settings},
                cwd=tmp_path,
                stdin=reader,
                stdout=out.fileno(),
                stderr=err.fileno(),
            )
        os.close(reader)
        with suppress(BrokenPipeError), os.fdopen(writer, "wb") as pipe:
            pipe.write(stdin.encode())
        status = process.wait(60)
        said = ((tmp_path / name).read_bytes().decode() for name in (".out", ".err"))
        return subprocess.CompletedProcess(arguments, status, *said)

    return run
