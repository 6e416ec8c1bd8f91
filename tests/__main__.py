"""Every check and every test: `make test`. `--lint` stops after the checks; the rest is pytest's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests import postgres

ROOT = Path(__file__).parents[1]
PROGRAMS = Path(sys.executable).parent
CHECKS = (
    ("format", ["ruff", "format", "--check", "."]),
    ("lint", ["ruff", "check", "."]),
    ("types", ["mypy"]),
    ("imports", ["lint-imports"]),
)
BROWSER = ["chromium", "fonts-noto-core", "fonts-noto-color-emoji"]


def main(arguments: list[str]) -> int:
    """Run the checks, then pytest; stop at the first that fails."""
    for name, command in CHECKS:
        print(f"· {name}", flush=True)
        program = PROGRAMS / command[0]
        if subprocess.run([program, *command[1:]], cwd=ROOT, check=False).returncode:
            return 1
    if "--lint" in arguments:
        return 0
    install_missing()
    print("· tests", flush=True)
    workers = ["-n", "2"] if not arguments else []
    command = [sys.executable, "-m", "pytest", "-q", *workers, *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def install_missing() -> None:
    """Get PostgreSQL and Chromium where we may; elsewhere say which tests will be skipped."""
    missing = []
    if postgres.binaries() is None:
        missing.append("postgresql")
    if not (shutil.which("chromium") or shutil.which("google-chrome")):
        missing += BROWSER
    if not missing:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"· installing {', '.join(missing)}", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ["install", "-y", "-qq", "--no-install-recommends", *missing]
        for arguments in (["update", "-qq"], install):
            subprocess.run(
                ["apt-get", *arguments], env=environment, check=True, stdout=subprocess.DEVNULL
            )
    else:
        print(f"· not installed: {', '.join(missing)}; the tests that need them are skipped")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
