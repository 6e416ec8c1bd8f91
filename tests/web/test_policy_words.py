"""What a policy and its changes are said to be, and what is drawn of a replay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from modsvc.app import DEFAULT_POLICY
from modsvc.web.policy import changes, charts, speaking

DEFAULT = DEFAULT_POLICY.read_text(encoding="utf-8")
FIRST = datetime(2026, 11, 1, tzinfo=UTC)


def told(before: str, after: str) -> list[tuple[str, str, str]]:
    changed = changes.in_words(before, after, DEFAULT)
    assert changed is not None
    return [(change.what, change.was, change.now) for change in changed]


CASES = [
    ("insult          = { hold = 0.08,", "insult          = { hold = 0.05,", ("Insults", "held from 0.08 and rejected from 0.5", "held from 0.05 and rejected from 0.5")),
    ("obscene         = { hold = 0.5 }", "obscene         = {}", ("Coarse language", "held from 0.5", "never stopped")),
    ("spam            = { hold = 0.285 }\n", "", ("Spam, first stage alone", "held from 0.285", "as with both stages")),
    ('"links.banned"      = { hold = 1.0 }', '"links.banned"      = { reject = 1.0 }', ("Banned domains", "held", "rejected")),
    ("max_links = 2", "max_links = 0", ("Links allowed in a comment", "2", "0")),
    ("reply_odds = 1.5", "reply_odds = 1", ("Insults in answers weigh more, by", "1.5", "1")),
    ("accepted = []", 'accepted = ["he"]', ("Accepted languages", "", "he")),
    ('"t.ly", ', "", ("Link shorteners", "t.ly", "")),
    ('urgent = ["threat", ', "urgent = [", ("Looked at first", "Threats", "")),
    ("\n[patterns]\n", '\n[patterns]\n"רשת" = { match = "x", action = "hold", note = "n" }\n', ("Pattern “רשת”", "", "x is held (n)")),
    ("threat          = { hold = 0.05 }", "threat          = { hold = 0.02 }", ("Under articles in the mode strict", "", "Threats: held from 0.02")),
    ("earned_caps = { shouting = 0, ", "earned_caps = { shouting = 0.5, ", ("For authors who have earned trust", "", "Shouting counts for at most 0.5")),
    ("\n[queue]\n", '\n[[overrides]]\narticles = ["a-1"]\nlimits = { max_links = 0 }\n\n[queue]\n', ("1. Under the articles a-1", "", "Links allowed in a comment: 0")),
]  # fmt: skip


@pytest.mark.parametrize(("there", "instead", "expected"), CASES)
def test_a_change_is_said_in_plain_words(there: str, instead: str, expected: tuple[str, str, str]):
    assert there in DEFAULT
    after = DEFAULT.replace(there, instead, 1)

    assert expected in told(DEFAULT, after)
    assert told(DEFAULT, DEFAULT) == []
    what, was, now = expected
    assert (what, now, was) in told(after, DEFAULT)


def test_what_is_too_broken_is_not_put_in_words():
    assert changes.in_words(DEFAULT, "[bands", DEFAULT) is None
    assert speaking.elsewhere("[bands") == {}
    assert speaking.elsewhere("strict = 1\noverrides = [3]\ntrust = []") == {}


def test_lines_that_differ_stand_among_a_few_that_do_not():
    before = "".join(f"{n}\n" for n in range(1, 31))
    after = before.replace("10\n", "ten\n").replace("30\n", "")

    found = [(line.kind[0], line.was, line.now, line.text) for line in changes.lines(before, after)]

    assert found[:6] == [
        ("g", None, None, "6"),
        *(("s", n, n, str(n)) for n in (7, 8, 9)),
        ("r", 10, None, "10"),
        ("a", None, 10, "ten"),
    ]
    assert ("g", None, None, "13") in found
    assert found[-1] == ("r", 30, None, "30")
    assert changes.lines(before, before) == []


@pytest.mark.parametrize(
    ("text", "share"),
    [("0.08", "8 in 100"), ("0,045", "4.5 in 100"), ("1", "100 in 100"), ("0", ""), ("nan", ""), ("x", "")],
)  # fmt: skip
def test_a_probability_is_said_as_a_share(text: str, share: str):
    assert speaking.share(text) == share


def test_a_long_queue_is_drawn_by_its_greatest_lengths():
    hours = [
        {"hour": (FIRST + timedelta(hours=n)).isoformat(), "was": n % 7, "would_be": 2 * (n == 401)}
        for n in range(1_000)
    ]

    drawn = charts.queue(hours)

    assert drawn is not None
    assert len(drawn.points) <= charts.MAX_POINTS
    assert (drawn.top, drawn.hours) == (6, 5)
    assert max(point.would_be for point in drawn.points) == 2
    points = [tuple(map(float, each.split(","))) for each in drawn.was.split()]
    assert points[0][0] == 0.0
    assert points[-1][0] == charts.WIDTH
    assert all(0 <= y <= charts.HEIGHT for _, y in points)
    assert charts.queue(hours[:1]) is None


def test_a_day_without_held_comments_has_no_bars():
    bars, busiest = charts.by_hour([{"hour": n, "was": 0.0, "would_be": 0.0} for n in range(24)])

    assert busiest == 0
    assert all((bar.was, bar.would_be) == (0, 0) for bar in bars)
