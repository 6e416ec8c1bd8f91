"""`modsvc import`: what a site brings along."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.exports.test_coral import STORIES
from tests.exports.test_coral import comment as corals
from tests.exports.test_wordpress import comment, export

OFF = "--encoder=off"


@pytest.fixture
def site(run: Run) -> str:
    assert run("site", "add", "gazette").returncode == 0
    return "--site=gazette"


@pytest.fixture
def wordpress(tmp_path: Path) -> str:
    comments = [
        comment(),
        comment(id="6", content="You are a worthless idiot.", approved="trash"),
        comment(id="7", approved="0", content="It waits there."),
        comment(id="8", type="pingback"),
    ]
    path = tmp_path / "export.xml"
    path.write_text(export(*comments), encoding="utf-8")
    return str(path)


def test_comments_are_taken_in_with_what_our_policy_would_have_said(
    run: Run, site: str, wordpress: str
) -> None:
    done = run("import", "wordpress", wordpress, site, OFF)

    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert said[0] == "taken in: 2, changed since: 0, known already: 0"
    assert said[1:3] == [
        "left out, comments that are held there (--open-cases takes them in): 1",
        "left out, pingbacks: 1",
    ]
    rejected = next(line for line in said if line.startswith("rejected"))
    assert rejected.split() == ["rejected", "1", "0.0%", "0.0%", "100.0%"]


def test_what_is_held_there_waits_here_when_asked_for(run: Run, site: str, wordpress: str) -> None:
    run("import", "wordpress", wordpress, site, OFF)

    done = run("import", "wordpress", wordpress, site, OFF, "--open-cases")

    assert done.stdout.startswith("taken in: 1, changed since: 0, known already: 2\n")
    assert "3 decisions" in run("audit", "verify", site).stdout


def test_a_dry_run_stores_nothing_and_needs_no_site(run: Run, wordpress: str) -> None:
    done = run("import", "wordpress", wordpress, "--site=any", OFF, "--dry-run")

    assert done.stdout.startswith("read: 2\n")


def test_files_beside_corals_comments_tell_more(run: Run, site: str, tmp_path: Path) -> None:
    (tmp_path / "comments.json").write_text(corals() + "[]\n", encoding="utf-8")
    (tmp_path / "stories.json").write_text(STORIES, encoding="utf-8")

    done = run("import", "coral", "comments.json", site, OFF)

    assert done.returncode == 1
    assert done.stderr == "line 2: this is no JSON object\n"
    assert "taken in: 1" in done.stdout
    assert "could not be read: 1" in done.stdout
    again = run("import", "coral", "comments.json", site, OFF)
    assert "known already: 1" in again.stdout


def test_json_lines_come_from_a_pipe(run: Run, site: str) -> None:
    line = {"id": "c-1", "body": "A fair remark.", "status": "approved"}

    done = run("import", "jsonl", "-", site, OFF, stdin=json.dumps(line))

    assert "taken in: 1" in done.stdout


def test_a_damaged_file_is_named_with_its_place_and_what_came_before_is_counted(
    run: Run, site: str, tmp_path: Path
) -> None:
    (tmp_path / "cut.xml").write_text(export(comment()).partition("</channel>")[0])

    done = run("import", "wordpress", "cut.xml", site, OFF)

    assert done.returncode == 2
    assert done.stderr.startswith("modsvc: cut.xml: line ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("n", [3, 300])
def test_what_is_whole_before_the_damage_is_taken_in(
    run: Run, site: str, tmp_path: Path, n: int
) -> None:
    whole = export(*(comment(id=str(i)) for i in range(n)))
    (tmp_path / "cut.xml").write_text(whole.replace("</item>", "</item><item><title>cut"))

    done = run("import", "wordpress", "cut.xml", site, OFF)

    assert done.stdout.startswith(f"taken in: {n},")
    assert "what comes before it was read" in done.stderr


def test_xml_in_one_line_is_read_in_pieces(run: Run, site: str, tmp_path: Path) -> None:
    one_line = export(*(comment(id=str(i)) for i in range(300))).replace("\n", " ")
    (tmp_path / "line.xml").write_text(one_line)

    assert run("import", "wordpress", "line.xml", site, OFF).stdout.startswith("taken in: 300,")


def test_another_systems_comment_of_the_same_id_is_left_alone(
    run: Run, site: str, wordpress: str
) -> None:
    line = {"id": "5", "body": "Another remark.", "status": "rejected"}
    run("import", "wordpress", wordpress, site, OFF)

    done = run("import", "jsonl", "-", site, OFF, stdin=json.dumps(line))

    assert "left alone, since another system's have their ids: 1" in done.stdout


def test_files_beside_are_named_where_they_are_wrong(run: Run, site: str, tmp_path: Path) -> None:
    (tmp_path / "comments.json").write_text(corals(), encoding="utf-8-sig")
    (tmp_path / "stories.json").write_text("[]", encoding="utf-8")

    done = run("import", "coral", "comments.json", site, OFF)

    assert "in stories.json beside it: it is one long array" in done.stderr


def test_a_site_that_is_not_there_is_named(run: Run, wordpress: str) -> None:
    done = run("import", "wordpress", wordpress, "--site=nowhere", OFF)

    assert done.returncode == 2
    assert done.stderr == (
        "modsvc: there is no site 'nowhere'; add it first: modsvc site add nowhere\n"
    )
