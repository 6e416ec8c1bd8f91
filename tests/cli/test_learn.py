"""`modsvc learn`: from what became of a site's comments."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Run


def history(n: int) -> str:
    """Comments of a site that rejects what is about parking."""
    lines = [
        {
            "id": f"c-{i}",
            "body": f"A word on {'parking' if i % 2 else 'bridges'}, for the {i}th time.",
            "status": "rejected" if i % 2 else "approved",
        }
        for i in range(n)
    ]
    return "\n".join(map(json.dumps, lines))


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (30, "not enough: 200 of each are needed, 200 not by the policy"),
        (
            400,
            "learned; of comments it had not seen it told 1.000 (AUC): LIKELY_TO_REJECT is answered",
        ),
    ],
)
def test_it_says_what_there_was_to_learn_from_and_what_came_of_it(
    run: Run, n: int, said: str
) -> None:
    run("site", "add", "gazette")
    run("import", "jsonl", "-", "--site=gazette", "--encoder=off", stdin=history(n))

    done = run("learn", "--site=gazette")

    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert first == (
        f"of the newest 10,000 comments of which something became, {n // 2} were rejected and "
        f"{n // 2} approved; the policy decided 0"
    )
    assert second == said


def test_a_site_that_is_not_there_is_named(run: Run) -> None:
    done = run("learn", "--site=nowhere")

    assert (done.returncode, done.stderr) == (2, "modsvc: there is no site 'nowhere'\n")
