import re
from pathlib import Path

import pytest

import modsvc
from modsvc.core.labels import LABELS
from modsvc.core.policy_document import read_policy
from training.policy_bands import NOTE, with_bands, write_bands
from training.risk import Bands, Edge

DEFAULT = Path(modsvc.__file__).parent / "policies" / "default.toml"


def edge(at):
    return Edge(at, "as promised", comments=900, abusive=3)


@pytest.fixture
def bands():
    hold = {label: edge(0.1 + i / 10) for i, label in enumerate(LABELS)}
    return Bands(
        hold,
        {"toxicity": edge(0.985), "insult": edge(None)},
        comments=1_800,
        abusive=310,
        enough=True,
    )


@pytest.fixture
def alone():
    """Of stage one: it holds earlier for three labels, and could not show all that both did."""
    earlier = {"toxicity": edge(0.02), "insult": edge(0.02), "spam": edge(0.3)}
    hold = {label: edge(0.1 + i / 10) for i, label in enumerate(LABELS)} | earlier
    return Bands(hold, {"toxicity": edge(0.9)}, comments=1_700, abusive=300, enough=True)


def comments_of(text):
    return [line for line in text.splitlines() if line.startswith("#") and NOTE not in line]


def test_the_policy_holds_and_rejects_where_it_was_derived_and_nowhere_else(bands, alone):
    before = read_policy(DEFAULT.read_text())

    after = read_policy(with_bands(DEFAULT.read_text(), bands, alone))

    assert after.bands["toxicity"].hold == 0.1
    assert after.bands["toxicity"].reject == 0.985
    assert after.bands["spam"].hold == pytest.approx(0.7)
    for code in after.bands.keys() - LABELS:
        assert after.bands[code] == before.bands[code]


def test_a_promise_that_could_not_be_shown_rejects_nothing(bands, alone):
    after = read_policy(with_bands(DEFAULT.read_text(), bands, alone))

    assert after.bands["insult"].reject is None


def test_a_label_that_cannot_be_approved_safely_keeps_its_band(bands, alone):
    unshown = Bands({**bands.hold, "toxicity": edge(None)}, bands.reject, 1, 1, enough=False)

    after = read_policy(with_bands(DEFAULT.read_text(), unshown, alone))

    assert after.bands["toxicity"] == read_policy(DEFAULT.read_text()).bands["toxicity"]


def test_every_comment_of_the_policy_is_kept(bands, alone):
    text = DEFAULT.read_text().replace("{ hold = 0.1 }", "{ hold = 0.1 }  # early")

    after = with_bands(text, bands, alone)

    assert comments_of(after) == comments_of(text)
    assert re.search(r"^threat .*\}  # early$", after, re.MULTILINE)
    assert after.count(NOTE) == 2
    assert "1,800 comments, 310 abusive" in after
    assert "1,700 comments, 300 abusive" in after


def test_writing_twice_changes_nothing(bands, alone, tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text(DEFAULT.read_text())

    assert write_bands(path, bands, alone)
    once = path.read_text()
    assert not write_bands(path, bands, alone)

    assert path.read_text() == once


def weighed_alone(text):
    bands = read_policy(text).for_stages(["linear"]).bands
    return {
        label: {side: at for side in ("hold", "reject") if (at := getattr(bands[label], side))}
        for label in LABELS
    }


WITHOUT = DEFAULT.read_text().partition("[bands_alone]")[0] + (
    "[context]" + DEFAULT.read_text().partition("[context]")[2]
)


@pytest.mark.parametrize(
    "policy",
    [
        DEFAULT.read_text(),
        WITHOUT,
        WITHOUT + "\n[bands_alone]\n",
        WITHOUT + '\n[bands_alone]\n"obscene" = { hold = 0.3 }\n',
    ],
    ids=["the default", "no table", "an empty table", "another label"],
)
def test_what_stage_one_says_alone_is_weighed_where_that_was_derived(bands, alone, policy):
    after = with_bands(policy, bands, alone)

    derived = {label: pytest.approx(alone.numbers(label)) for label in alone.hold}
    assert weighed_alone(after) | {"obscene": ...} == derived | {"obscene": ...}
    assert read_policy(after).bands["toxicity"].hold == 0.1
    assert with_bands(after, bands, alone) == after


def test_no_table_is_added_where_stage_one_alone_needs_no_other_bands(bands):
    after = with_bands(WITHOUT, bands, bands)

    assert read_policy(after).bands_alone == {}
