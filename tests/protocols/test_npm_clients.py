"""Clients from npm, as their users have them. Skipped where they are not installed, as in CI.

npm install --no-package-lock --prefix tests/protocols/npm
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.protocols.conftest import Served

FOLDER = Path(__file__).with_name("npm")
INSULT = "Total nonsense 😀, you worthless idiot, go to hell."
FAIR = "Thank you, a fair and careful article."

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not here"),
    pytest.mark.skipif(
        not (FOLDER / "node_modules").exists(),
        reason="npm install --no-package-lock --prefix tests/protocols/npm",
    ),
]


@pytest.fixture
def ask(served: Served) -> Callable[..., Any]:
    def ask(client: str, text: str, key: str = served.scores) -> Any:
        done = subprocess.run(
            ["node", "ask.mjs", client, served.base, key, text],
            cwd=FOLDER,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
            timeout=60,
        )
        return json.loads(done.stdout)

    return ask


@pytest.mark.parametrize("client", ["googleapis", "perspective"])
def test_perspectives_clients_score(ask: Callable[..., Any], client: str) -> None:
    scores = [
        ask(client, text)["answer"]["attributeScores"]["TOXICITY"]["summaryScore"]["value"]
        for text in (INSULT, FAIR)
    ]

    assert scores[0] > 0.7 > 0.1 > scores[1]


@pytest.mark.parametrize("client", ["googleapis", "perspective"])
def test_perspectives_clients_read_our_errors(ask: Callable[..., Any], client: str) -> None:
    assert "API key not valid" in ask(client, FAIR, "wrong")["error"]


def test_openais_client_is_answered(ask: Callable[..., Any]) -> None:
    insult, fair = (ask("openai", text)["answer"]["results"][0] for text in (INSULT, FAIR))

    assert (insult["flagged"], fair["flagged"]) == (True, False)
    assert "Incorrect API key" in ask("openai", FAIR, "wrong")["error"]


def test_akismets_client_checks_and_corrects(ask: Callable[..., Any]) -> None:
    insult, fair = (ask("akismet", text)["answer"] for text in (INSULT, FAIR))

    assert (insult["spam"], fair["spam"]) == (True, False)
    assert insult["good"] is True


def test_akismets_client_is_told_of_a_bad_key(ask: Callable[..., Any]) -> None:
    assert "unknown" in ask("akismet", FAIR, "wrong")["error"]
