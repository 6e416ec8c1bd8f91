"""`modsvc policy show|save|history|replay`: a site's policy from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from modsvc.app import DEFAULT_POLICY
from modsvc.core.comment import Author
from modsvc.core.policy_document import read_policy
from modsvc.store.db import Database
from modsvc.store.writer import Writer
from tests.cli.conftest import Run
from tests.conftest import screening
from tests.factories import make_comment
from tests.fakes import Clock

DEFAULT = DEFAULT_POLICY.read_text(encoding="utf-8")
STRICTER = DEFAULT.replace("max_links = 2", "max_links = 1", 1)


@pytest.fixture
def site(run: Run, tmp_path: Path) -> str:
    assert run("site", "add", "gazette").returncode == 0
    (tmp_path / "mine.toml").write_text(STRICTER, encoding="utf-8")
    return "--site=gazette"


def test_a_policy_is_saved_listed_and_shown(run: Run, site: str) -> None:
    assert run("policy", "show", site).stdout == DEFAULT

    saved = run("policy", "save", "mine.toml", site, "--note=fewer\n\x1b[2Jlinks")

    assert saved.stdout.startswith("mine.toml is in force at gazette as version 1 (")
    assert run("policy", "show", site).stdout == STRICTER
    assert run("policy", "show", site, "--version=1").stdout == STRICTER
    assert run("policy", "show", site, "--version=0").stdout == DEFAULT
    (line,) = run("policy", "history", site).stdout.splitlines()
    assert line.startswith("1\t")
    assert line.endswith("\tthe command line\tfewer [2Jlinks in force")


def test_one_that_looks_on_is_said_to(run: Run, site: str) -> None:
    saved = run("policy", "save", "mine.toml", site, "--shadow")

    assert saved.stdout.startswith("mine.toml looks on at gazette as version 1 (")
    assert run("policy", "show", site).stdout == DEFAULT
    assert run("policy", "history", site).stdout.endswith(" shadow\n")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("show", "--version=2"), "there is no version 2 of this site's policy"),
        (("show", f"--version={10**30}"), "is not in the range"),
        (("save", "nowhere.toml"), "nowhere.toml: cannot be read: No such file or directory"),
        (("replay",), "name a policy's file, or say --recorded"),
        (("replay", "mine.toml", "--recorded"), "name a policy's file, or say --recorded"),
        (("replay", "mine.toml", "--newest=0"), "is not in the range"),
        (("replay", "mine.toml", f"--newest={10**30}"), "is not in the range"),
    ],
)
def test_what_cannot_be_done_is_refused(
    run: Run, site: str, arguments: tuple[str, ...], complaint: str
) -> None:
    done = run("policy", *arguments, site)

    assert (done.returncode, done.stdout) == (2, "")
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_a_site_that_is_not_there_is_named(run: Run, site: str) -> None:
    for arguments in (
        ("show",), ("history",), ("save", "mine.toml"),
        ("replay", "mine.toml"), ("replay", "--recorded"),
    ):  # fmt: skip
        done = run("policy", *arguments, "--site=herald")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "modsvc: there is no site 'herald'\n"


def test_history_is_replayed_by_another_policy_and_by_its_own(
    run: Run, site: str, environment: dict[str, str]
) -> None:
    database = Database(environment["MODSVC_DATABASE_URL"])
    writer = Writer(database)
    screen = screening(database, writer, Clock(), policy=read_policy(DEFAULT))
    for n in range(3):
        body = f"A goodly remark {n}, see https://a{n}.example and https://b{n}.example."
        screen("gazette", make_comment(body, id=f"c-{n}", author=Author(f"u-{n}")))
    writer.close()
    database.close()

    said = run("policy", "replay", "mine.toml", site, "--newest=2").stdout
    told = json.loads(run("policy", "replay", "mine.toml", site, "--json").stdout)
    same = run("policy", "replay", "--recorded", site)

    assert said.startswith("2 comments, of which 2 would meet with something else:\n")
    assert "2  links.too_many\n" in said
    assert (told["comments"], told["gained"]) == (3, {"links.too_many": 3})
    assert (same.returncode, same.stdout) == (0, "3 decisions, all as they were taken\n")
