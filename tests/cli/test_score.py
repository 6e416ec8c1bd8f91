from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from modsvc.classifier.scorer import LinearScorer
from tests.cli.conftest import Run

INSULT = {"id": "1", "body": "you are a worthless idiot"}
THANKS = {"id": "2", "body": "Thank you, a fair and careful article."}


def lines(*values: object) -> str:
    return "".join((v if isinstance(v, str) else json.dumps(v)) + "\n" for v in values)


def read(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def test_an_insult_is_not_approved_and_thanks_are(run: Run) -> None:
    done = run("score", stdin=lines(INSULT, THANKS))

    insult, thanks = read(done.stdout)
    assert done.returncode == 0
    assert list(insult) == ["id", "action", "scores", "reasons", "model_version"]
    assert insult["action"] in {"hold", "reject"}
    assert "insult" in [reason["code"] for reason in insult["reasons"]]
    assert all(round(r["strength"], 4) == r["strength"] for r in insult["reasons"])
    marked = {INSULT["body"][s["start"] : s["end"]] for s in insult["reasons"][0]["spans"]}
    assert marked & {"worthless", "idiot"}
    assert (thanks["action"], thanks["reasons"]) == ("approve", [])


def test_a_line_says_which_stages_judged(run: Run) -> None:
    done = run("score", "--encoder", "off", stdin=lines(THANKS))

    assert read(done.stdout)[0]["model_version"] == LinearScorer.open_shipped().version


def test_no_database_is_touched(run: Run, tmp_path: Path) -> None:
    run("score", stdin=lines(INSULT))

    assert not (tmp_path / "cli.db").exists()


def test_a_bad_line_is_answered_in_its_place_and_shows_in_the_status(run: Run) -> None:
    done = run("score", stdin=lines(THANKS, "{", "", {"id": "3"}, {"id": 4, "body": ""}, INSULT))

    answers = read(done.stdout)
    assert done.returncode == 1
    assert [a.get("id", a.get("line")) for a in answers] == ["2", 2, 4, 5, "1"]
    assert "not JSON" in answers[1]["error"]
    assert answers[2]["error"].startswith("body: ")
    assert "4 lines" not in done.stderr
    assert "3 lines could not be read" in done.stderr


def test_more_lines_than_a_batch_stay_in_order(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "comments.jsonl"
    file.write_text(lines(*({"id": str(n), "body": f"Remark {n}."} for n in range(600))))

    done = run("score", str(file))

    assert [a["id"] for a in read(done.stdout)] == [str(n) for n in range(600)]


def test_a_line_may_say_where_the_comment_stands(run: Run) -> None:
    told = {"article": {"id": "a", "title": "T"}, "parent": "c-1", "author": {"id": "u"}}

    done = run("score", stdin=lines(THANKS | told))

    assert read(done.stdout)[0]["action"] == "approve"


def test_a_mark_that_says_utf_8_is_passed_over(run: Run) -> None:
    done = run("score", stdin="\ufeff" + lines(THANKS).replace("\n", "\r\n"))

    assert (done.returncode, read(done.stdout)[0]["id"]) == (0, "2")


@pytest.mark.parametrize(("redirection", "status"), [("> /dev/full", 2), (">&-", 2), ("<&-", 0)])
def test_an_output_that_fails_is_said_in_a_line_and_a_closed_input_is_empty(
    tmp_path: Path, environment: dict[str, str], redirection: str, status: int
) -> None:
    (tmp_path / "comments.jsonl").write_text(lines(THANKS))
    command = f"{sys.executable} -m modsvc score < comments.jsonl {redirection}"

    done = subprocess.run(
        ["sh", "-c", command],
        cwd=tmp_path,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )

    assert done.returncode == status
    assert done.stderr.count("\n") == (status != 0)


def test_a_file_that_is_not_there_is_said_in_a_line(run: Run) -> None:
    done = run("score", "nowhere.jsonl")

    assert done.returncode == 2
    assert "nowhere.jsonl" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_policy_is_refused_with_file_line_and_reason(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("[bands]\ntoxicity = 0.5\n")

    done = run("score", stdin=lines(THANKS), MODSVC_POLICY="mine.toml")

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("modsvc: mine.toml:")
