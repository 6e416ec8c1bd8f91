"""Promises about the project as a whole that no single module can keep."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from modsvc import __version__, errors
from modsvc.api import problems
from modsvc.config import PREFIX, Settings
from modsvc.core.labels import LABELS
from modsvc.core.messages import MESSAGES
from modsvc.core.past import CODES as PAST
from modsvc.core.policy_document import CODES
from modsvc.core.review import APPROVAL, REJECTIONS
from modsvc.core.rules import RULES
from tests.strategies import default_policy

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = {name: (ROOT / "locks" / f"{name}.txt").read_text() for name in ("run", "train", "dev")}


def pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9][a-z0-9.-]*)(?:\[[^\]]*\])?==(\S+)", lock, re.MULTILINE))


def name_of(requirement: str) -> str:
    return re.split(r"[\[<>=~! ]", requirement, maxsplit=1)[0]


def test_every_signal_has_a_band_and_every_band_a_signal() -> None:
    assert set(default_policy().bands) == set(CODES)
    assert set(LABELS).isdisjoint(RULES)


def test_every_reason_has_a_sentence() -> None:
    decided = {APPROVAL, *REJECTIONS, *PAST.values()}

    assert set(LABELS) | set(RULES) | decided <= set(MESSAGES)


def test_every_setting_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(MODSVC_\w+)`", readme, re.MULTILINE))

    of_commands = {"MODSVC_BIND", "MODSVC_WORKERS"}
    assert documented == {PREFIX + f.name.upper() for f in fields(Settings)} | of_commands


def test_every_kind_of_problem_the_api_can_answer_is_documented() -> None:
    assert set(problems.STATUS.values()) <= set(problems.TYPES)


def test_secrets_are_not_in_the_settings_repr() -> None:
    settings = Settings(secret_key="s" * 32, database_url="postgresql://u:hunter2@h/n")

    assert "hunter2" not in repr(settings)
    assert "sss" not in repr(settings)


@pytest.mark.parametrize("name", LOCKS)
def test_locks_are_hashed_and_name_no_address(name: str) -> None:
    assert "://" not in LOCKS[name]
    for block in re.split(r"\n(?=\S)", LOCKS[name].strip()):
        assert "--hash=sha256:" in block


def test_each_lock_holds_the_one_before_with_equal_versions() -> None:
    run, train, dev = (pins(LOCKS[name]) for name in ("run", "train", "dev"))

    assert run.items() <= train.items() <= dev.items()


def test_every_dependency_is_locked_and_has_its_reason() -> None:
    reasons = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")

    for requirement in PROJECT["project"]["dependencies"]:
        assert name_of(requirement) in pins(LOCKS["run"])
        assert name_of(requirement) in reasons


def test_the_versions_agree() -> None:
    assert PROJECT["project"]["version"] == __version__


def test_the_container_is_built_from_the_lock_and_runs_as_nobody_in_particular() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    installs = [line for line in dockerfile.splitlines() if "pip install" in line]

    assert len(installs) == 2
    assert "--require-hashes --only-binary :all: -r locks/run.txt" in installs[0]
    assert "--no-deps --no-build-isolation ." in installs[1]
    assert dockerfile.index("\nUSER 10001") < dockerfile.index("ENTRYPOINT")
    assert "HEALTHCHECK" in dockerfile


def test_modules_are_short_enough_to_read_whole() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for folder in ("modsvc", "training")
        for path in (ROOT / folder).rglob("*.py")
        if "versions" not in path.parts
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }

    assert long == {}


def test_every_error_stands_in_the_tree_of_errors() -> None:
    ours = [name for name, each in vars(errors).items() if isinstance(each, type)]

    assert ours
    assert [name for name in ours if f"─ {name}" not in (errors.__doc__ or "")] == ["ModsvcError"]
