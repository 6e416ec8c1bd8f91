from __future__ import annotations

import re

import pytest

from modsvc.app import DEFAULT_POLICY
from modsvc.core.policy import Band
from modsvc.core.policy_document import read_policy
from modsvc.core.sentence import Sentence
from modsvc.errors import PolicyInvalid

DEFAULT = DEFAULT_POLICY.read_text(encoding="utf-8")


def line_of(text: str, part: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if part in line)


# Each mistake: what is replaced in the default policy, by what, and what the refusal says of it.
PATTERN = next(line for line in DEFAULT.splitlines() if line.startswith('# "asks to call"'))
MISTAKES = {
    "not TOML": ("hold = 0.7 }", "hold 0.7 }", "not TOML"),
    "a document that breaks off": ("banned = []", "banned = [", "not TOML"),
    "a misspelt label": ("toxicity        =", "toxicty        =", "did you mean 'toxicity'?"),
    "a missing band": ("insult          =", "# insult       =", "lacks 'insult'"),
    "a misspelt limit": ("max_links =", "max_link =", "did you mean 'max_links'?"),
    "a band that is a number": ("{ hold = 0.7 }", "0.7", "is written {"),
    "an unknown outcome": ("{ hold = 0.7 }", "{ block = 0.7 }", "is written {"),
    "a strength over 1": ("{ hold = 0.7 }", "{ hold = 60 }", "at most 1"),
    "a strength of 0": ("{ hold = 0.7 }", "{ hold = 0 }", "above 0"),
    "a strength that is true": ("{ hold = 0.7 }", "{ hold = true }", "is a number"),
    "a strength that is no number": ("{ hold = 0.7 }", "{ hold = nan }", "above 0"),
    "rejecting before holding": (
        "{ hold = 0.7 }",
        "{ hold = 0.6, reject = 0.2 }",
        "would reject at 0.2 before it holds at 0.6",
    ),
    "a fault that passes": (
        '"classifier.unavailable" = { hold = 1.0 }',
        '"classifier.unavailable" = {}',
        "must hold",
    ),
    "a fault that a weaker strength would miss": (
        '"rule.failed"            = { hold = 1.0 }',
        '"rule.failed"            = { reject = 2.0 }',
        "at most 1",
    ),
    "a doubt about who is named that passes": (
        '"bias.unstable" = { hold = 1.0 }',
        '"bias.unstable" = {}',
        "must hold",
    ),
    "a reply that weighs less": ("reply_odds = 1.5", "reply_odds = 0.5", "from 1 to 4"),
    "a reply that weighs everything": ("reply_odds = 1.5", "reply_odds = 100", "from 1 to 4"),
    "a limit below 0": ("max_links = 2", "max_links = -1", "0 or more"),
    "a limit with a fraction": ("max_links = 2", "max_links = 2.5", "whole number"),
    "a limit beyond all counting": (
        "min_letters = 2",
        "min_letters = 1000001",
        "at most 1,000,000",
    ),
    "no time for any rule": ("rule_budget_ms = 50", "rule_budget_ms = 0", "1 or more"),
    "a promise beyond all time": (
        "promised_minutes = 60",
        "promised_minutes = 999999999999",
        "at most 1,000,000",
    ),
    "a record beyond all counting": (
        "prior_comments = 10",
        f"prior_comments = {'9' * 400}",
        "at most 1,000,000",
    ),
    "a share over 1": ("shouting_share = 0.7", "shouting_share = 70", "from 0 to 1"),
    "words that are no list": ("banned = []", 'banned = "fool"', "list of words"),
    "a word of no letters": ("banned = []", 'banned = ["***"]', "no letter or digit"),
    "a pattern that would hang": (
        PATTERN,
        "'back' = { match = '(a)\\1', action = \"hold\" }",
        "invalid escape sequence: \\1, at character 4",
    ),
    "a pattern that breaks off": (
        PATTERN,
        "x = { match = 'a(b', action = \"hold\" }",
        "missing ): a(b",
    ),
    "a pattern that grows": (
        PATTERN,
        "x = { match = 'a{900}{900}', action = \"hold\" }",
        "bad repetition operator",
    ),
    "a pattern that approves": (
        PATTERN,
        "x = { match = 'a', action = \"approve\" }",
        "hold or reject",
    ),
    "a pattern that is bare": (PATTERN, "x = 'a'", "is written { match"),
    "domains that are no list": ("allowed = []", 'allowed = "news.example"', "list of domains"),
    "a domain that is an address": (
        "protected = []",
        'protected = ["https://a.b/"]',
        "is no domain",
    ),
    "an unknown table": ("[words]", "[wordlists]", "there is no table 'wordlists'"),
    "a promise of no time": ("promised_minutes = 60", "promised_minutes = 0", "1 or more"),
    "something else to hide": ("hidden = []", 'hidden = ["authors"]', "'authors'"),
    "what to hide as no list": ("hidden = []", 'hidden = "author"', "list of things"),
    "an urgent signal that is none": ('"threat", "severe', '"threats", "severe', "'threats'"),
}


# The same for the bands of stage one alone, whose first line in the default policy is replaced.
MISTAKES_ALONE = {
    "a misspelt label": (
        "toxicty = { hold = 0.1 }",
        "[bands_alone] has no 'toxicty'; did you mean",
    ),
    "a rule": ("shouting = { hold = 0.9 }", "labels only; shouting is weighed as in [bands]"),
    "a fault": ('"rule.failed" = {}', "labels only; rule.failed is weighed as in [bands]"),
    "a band that is a number": ("toxicity = 0.9", "is written {"),
    "a strength over 1": ("toxicity = { hold = 1.5 }", "hold of toxicity is a number above 0"),
    "rejecting before holding": (
        "toxicity = { hold = 0.6, reject = 0.2 }",
        "toxicity would reject at 0.2 before it holds at 0.6",
    ),
    "half a band": ("toxicity = { reject = 0.9 }", "by this line only from 0.9 on where one does"),
    "no band": ("toxicity = {}", "by this line never where one does"),
}


@pytest.mark.parametrize("mistake", MISTAKES_ALONE)
def test_a_mistake_in_the_bands_of_stage_one_alone_is_refused_with_its_own_line(
    mistake: str,
) -> None:
    bad, reason = MISTAKES_ALONE[mistake]
    head, table, tail = DEFAULT.partition("[bands_alone]")
    text = head + table + re.sub(r"^toxicity .*$", bad, tail, count=1, flags=re.MULTILINE)

    with pytest.raises(PolicyInvalid) as refused:
        read_policy(text, source="gazette.toml")

    assert reason in str(refused.value)
    assert refused.value.line == line_of(text, bad)


def test_the_bands_of_stage_one_alone_name_what_differs_and_may_be_left_out() -> None:
    without = DEFAULT[: DEFAULT.index("[bands_alone]")] + DEFAULT[DEFAULT.index("[context]") :]

    named = read_policy(without + "\n[bands_alone]\ninsult = { hold = 0.2 }\n")
    plain = read_policy(without)

    assert named.bands_alone == {"insult": Band(hold=0.2)}
    assert plain.bands_alone == {}
    assert plain.for_stages(["linear"]) is plain


def test_a_band_of_stage_one_alone_that_only_rejects_and_misses_nothing_is_read() -> None:
    head, table, tail = DEFAULT.partition("[bands_alone]")
    line = "toxicity = { reject = 0.02 }"

    policy = read_policy(head + table + re.sub(r"(?m)^toxicity .*$", line, tail, count=1))

    assert policy.bands_alone["toxicity"] == Band(reject=0.02)


def test_a_misspelt_table_is_not_taken_for_a_missing_one() -> None:
    text = DEFAULT.replace("[bands_alone]", "[bands_alnoe]")

    with pytest.raises(PolicyInvalid, match="did you mean 'bands_alone'") as refused:
        read_policy(text)

    assert refused.value.line == line_of(text, "[bands_alnoe]")


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_refused_with_its_file_line_and_reason(mistake: str) -> None:
    good, bad, reason = MISTAKES[mistake]
    text = DEFAULT.replace(good, bad, 1)
    assert text != DEFAULT

    with pytest.raises(PolicyInvalid) as refused:
        read_policy(text, source="gazette.toml")

    assert reason in str(refused.value)
    assert isinstance(refused.value.reason, Sentence)  # Other languages can say it too.
    assert str(refused.value).startswith("gazette.toml")
    expected = "[bands]" if mistake == "a missing band" else bad
    if mistake != "a document that breaks off":  # There the reader stumbles later.
        assert refused.value.line == line_of(text, expected)
    assert refused.value.line is not None


def test_the_default_policy_is_good_and_its_version_follows_its_text() -> None:
    policy = read_policy(DEFAULT)
    other = read_policy(DEFAULT + "\n# A remark.\n")

    assert len(policy.version) == 12
    assert policy.version == read_policy(DEFAULT).version != other.version


def test_codes_with_dots_may_stand_without_quotes() -> None:
    text = DEFAULT.replace('"links.too_many"   =', "links.too_many =")

    assert read_policy(text).bands["links.too_many"].hold == 1.0


def test_every_number_of_the_default_policy_has_its_why() -> None:
    lines = DEFAULT.splitlines()
    settings = [n for n, line in enumerate(lines) if "=" in line and not line.startswith("#")]

    for n in settings:
        block = lines[max(0, n - 4) : n]
        assert any(line.startswith("#") for line in block), lines[n]


@pytest.mark.parametrize(
    ("part", "mistake", "told"),
    [
        ("max_links = 2", "max_links = " + "9" * 5_000, "cannot be read as TOML"),
        ("banned = []", "banned = " + "[" * 20_000, "TOML"),
        (
            '"language.unscored" = { hold = 1.0 }',
            '"language.unscored" = { hold = 1.0 }\nlanguage.unscored = {}',
            r"a code stands in \[bands\] twice",
        ),
    ],
)
def test_what_no_line_can_be_named_for_is_refused_with_its_reason(part, mistake, told) -> None:
    with pytest.raises(PolicyInvalid, match=told):
        read_policy(DEFAULT.replace(part, mistake, 1))
