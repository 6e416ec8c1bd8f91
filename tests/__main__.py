"""Every check and every test: `make test`. `--lint` stops after the checks; the rest is pytest's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from ctypes.util import find_library
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
# The first of them that is there is driven. The first is Chromium without the windows around its
# pages, which cost more than most pages do.
CHROMIUMS = ("chromium-headless-shell", "chromium", "google-chrome")
# What tests need beside Python's packages: whether it is there, and the packages that bring it; of
# several with a bar between them the first that can be had.
PROGRAMS_NEEDED = {
    "PostgreSQL": (lambda: postgres.binaries() is not None, ["postgresql"]),
    "Chromium": (
        lambda: any(map(shutil.which, CHROMIUMS)),
        ["|".join(CHROMIUMS[:2]), "fonts-noto-core", "fonts-noto-color-emoji"],
    ),
    "libatomic, which drives the browser": (lambda: find_library("atomic"), ["libatomic1"]),
    "curl": (lambda: shutil.which("curl"), ["curl"]),
}


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
    # Neighbours stay together, since many share what they look at; who is done early takes over.
    workers = ["-n", "2", "--dist", "worksteal"] if not arguments else []
    command = [sys.executable, "-m", "pytest", "-q", *workers, *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def install_missing() -> None:
    """Get what is missing where we may; elsewhere say which tests will be skipped, or fail."""
    missing = [name for name, (is_there, _) in PROGRAMS_NEEDED.items() if not is_there()]
    if not missing:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print(f"· not here: {'; '.join(missing)}; the tests that need it are skipped or fail")
        return
    apt("update", "-qq")
    wanted = [package for name in missing for package in PROGRAMS_NEEDED[name][1]]
    packages = [next(filter(can_be_had, package.split("|")), package) for package in wanted]
    print(f"· installing {', '.join(packages)}", flush=True)
    apt("install", "-y", "-qq", "--no-install-recommends", *packages)


def apt(*arguments: str) -> None:
    """Run apt-get; what it says of what it does is not shown, and what goes wrong is."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", *arguments]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


def can_be_had(package: str) -> bool:
    """Whether apt knows the package here; Ubuntu has no headless shell."""
    return bool(
        subprocess.run(["apt-cache", "show", package], capture_output=True, check=False).stdout
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
