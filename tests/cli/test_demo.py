from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import orjson
import pytest

from modsvc.demo.site import FOLDER
from tests.demo import Demo, demo

FITTING = {
    "approve": {"approve"},
    "hold": {"hold"},
    "reject": {"reject"},
    "hold-or-reject": {"hold", "reject"},
}


def expectations() -> dict[str, set[str]]:
    """What a sensible desk would want of each demo comment, where it would want anything."""
    lines = (FOLDER / "comments.jsonl").read_text(encoding="utf-8").splitlines()
    comments = [orjson.loads(line) for line in lines]
    return {c["id"]: FITTING[c["expect"]] for c in comments if c["expect"] in FITTING}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo that has begun, for tests that only look at it."""
    with demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


def test_fair_comments_are_approved_and_abuse_is_not(running: Demo) -> None:
    actions = {d["id"]: d["action"] for d in running.decisions()}

    wanted = expectations()
    misjudged = {c: actions[c] for c, fitting in wanted.items() if actions[c] not in fitting}
    fair = [c for c in wanted if wanted[c] == {"approve"}]
    # The classifier is not perfect and the demo does not hide it: what it is wrong about waits.
    assert "reject" not in {actions[c] for c in fair}
    # One in ten of what is fair on this subject, fewer than of our own hardest cases (docs/model.md).
    assert sum(actions[c] == "hold" for c in fair) <= 0.1 * len(fair), misjudged
    assert len(misjudged) <= 0.05 * len(wanted), misjudged


def test_the_line_to_paste_works_and_a_second_start_keeps_what_was_decided(tmp_path: Path) -> None:
    def start(*arguments: str, before: str = "") -> tuple[str, list[str], str]:
        with demo(tmp_path, *arguments) as running:
            done = subprocess.run(
                ["sh", "-c", running.curl], capture_output=True, check=True, text=True
            )
            if before:  # Each start ends the key of the one before.
                answer = running.server.call("GET", "/v1/decisions", key=before)
                assert answer.status == 401
            return done.stdout, [d["id"] for d in running.decisions()], running.key

    answer, first, key = start()
    again, second, new_key = start(before=key)
    _, anew, _ = start("--reset")

    decision = json.loads(answer)
    assert decision["action"] in {"hold", "reject"}
    assert decision["reasons"]
    assert json.loads(again) == decision
    assert len(first) > 40
    assert second == first == anew
    assert new_key != key


def test_the_newspaper_shows_what_is_approved_and_nothing_else(running: Demo) -> None:
    with urlopen(running.article) as answer:
        page = answer.read().decode()
    statuses = [d["status"] for d in running.decisions()]

    assert page.count('class="approved"') == statuses.count("approved")
    assert page.count('class="body"') == statuses.count("approved")
    assert page.count("Waiting for a moderator.") == statuses.count("held")
