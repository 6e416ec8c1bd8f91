"""Where a policy is another: in strict mode, in sections, under articles, for authors it trusts."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modsvc.app import DEFAULT_POLICY
from modsvc.core.comment import Article, Author, Subject
from modsvc.core.decision import Action
from modsvc.core.facts import MODES, STRICT, Facts, Record
from modsvc.core.policy import MORE_IS_STRICTER, Band, Limits, Override, decide
from modsvc.core.policy_document import CODES, read_policy
from modsvc.core.screening import lenient, screen
from modsvc.core.signals import Signal
from modsvc.core.text import normalise
from modsvc.core.trust import Trust
from modsvc.errors import PolicyInvalid
from tests.factories import make_comment
from tests.fakes import FakeScorer
from tests.strategies import bands, default_policy, strengths

DEFAULT = DEFAULT_POLICY.read_text(encoding="utf-8")
SPORT = """
[[overrides]]
sections = ["sport"]
bands = { shouting = {}, insult = { hold = 0.3 } }
limits = { max_links = 0 }

[[overrides]]
articles = ["a-7"]
bands = { insult = { hold = 0.05, reject = 0.4 } }
"""
POLICY = read_policy(DEFAULT + SPORT)
POOR, GOOD = Record(10, 8, 2), Record(40, 40, 0)


def test_an_override_holds_in_its_sections_and_under_its_articles() -> None:
    sport = POLICY.at("a-1", "sport", "normal")
    both = POLICY.at("a-7", "sport", "normal")

    assert sport.bands["insult"] == Band(0.3)
    assert sport.limits.max_links == 0
    assert both.bands["insult"] == Band(0.05, 0.4)
    assert both.bands["shouting"] == Band()
    assert POLICY.at("a-1", "news", "normal") is POLICY


def test_an_override_takes_the_place_of_the_bands_of_stage_one_too() -> None:
    sport = POLICY.at("a-1", "sport", "normal").for_stages(["linear"])

    assert sport.bands["insult"] == Band(0.3)
    assert sport.bands["toxicity"] == POLICY.bands_alone["toxicity"]


def test_the_policy_of_a_place_is_made_once() -> None:
    first = POLICY.at("a-1", "sport", STRICT)

    assert POLICY.at("a-2", "sport", STRICT) is first
    assert first.version == POLICY.version


@given(
    strict=st.dictionaries(st.sampled_from(CODES), bands(), max_size=5),
    limit=st.sampled_from([f.name for f in fields(Limits)]),
    value=st.floats(0, 1),
    code=st.sampled_from(CODES),
    strength=strengths,
    stages=st.sampled_from([["linear"], ["linear", "encoder"]]),
)
def test_strict_mode_is_never_milder(strict, limit, value, code, strength, stages) -> None:
    kind = {f.name: f.type for f in fields(Limits)}[limit]
    number = value if kind == "float" else int(value * 100)
    policy = replace(default_policy(), strict=Override(bands=strict, limits={limit: number}))
    usual, there = (policy.at("a", "", mode).for_stages(stages) for mode in ("normal", STRICT))

    assert (
        decide([Signal(code, strength)], there).action
        >= decide([Signal(code, strength)], usual).action
    )
    before, after = (getattr(each.limits, limit) for each in (usual, there))
    assert after >= before if limit in MORE_IS_STRICTER else after <= before


@pytest.mark.parametrize(
    ("mode", "action"),
    [("normal", "approve"), ("strict", "hold"), ("premoderate", "hold"), ("closed", "reject")],
)
def test_an_articles_mode_decides_over_the_same_comment(mode: str, action: str) -> None:
    scorer = FakeScorer({"insult": 0.06})
    policy = replace(default_policy(), bands_alone={})

    decision = screen(make_comment(), scorer=scorer, policy=policy, facts=Facts(mode=mode))

    assert decision.action.word == action
    assert set(MODES) >= {mode}


def capped(author: str, record: Record, *signals: Signal) -> list[Signal]:
    comment = make_comment(author=Author(author))
    subject = Subject(comment, normalise(comment.body), {}, Facts(record=record))
    policy = replace(
        default_policy(),
        trust=Trust(frozenset({"u-staff"}), 10, 0.8, 0.95, {"insult": 0.0}, {"shouting": 0.2}),
    )
    return list(lenient(signals, subject, policy))


def test_what_trusted_authors_cause_is_capped_and_nothing_else() -> None:
    noticed = (Signal("insult", 0.9), Signal("shouting", 0.9), Signal("rule.failed"))

    assert [s.strength for s in capped("u-staff", Record(), *noticed)] == [0.0, 0.9, 1.0]
    assert [s.strength for s in capped("u-1", GOOD, *noticed)] == [0.9, 0.2, 1.0]
    assert [s.strength for s in capped("u-1", POOR, *noticed)] == [0.9, 0.9, 1.0]


def test_trust_is_earned_by_approvals_and_lost_by_rejections() -> None:
    trust = default_policy().trust

    assert not trust.has_earned(Record(29, 29, 0))
    assert trust.has_earned(Record(30, 30, 0))
    assert not trust.has_earned(Record(31, 30, 1))
    assert trust.has_earned(Record(50, 49, 1))
    assert not trust.has_earned(Record(100, 95, 5))
    assert trust.approval_rate(Record()) == pytest.approx(0.8)


@given(approved=st.integers(0, 100), rejected=st.integers(0, 100))
def test_an_approval_never_lowers_a_rate_and_a_rejection_never_raises_it(
    approved, rejected
) -> None:
    trust = default_policy().trust
    rate = trust.approval_rate(Record(0, approved, rejected))

    assert 0 < rate < 1
    assert trust.approval_rate(Record(0, approved + 1, rejected)) >= rate
    assert trust.approval_rate(Record(0, approved, rejected + 1)) < rate


def test_staff_are_not_let_off_where_a_part_could_not_run_or_an_article_is_closed() -> None:
    policy = replace(
        default_policy(), trust=replace(default_policy().trust, staff=frozenset({"u-1"}))
    )
    rude = FakeScorer({"insult": 0.9})

    assert screen(make_comment(), scorer=rude, policy=policy).action is Action.APPROVE
    assert screen(make_comment(), scorer=None, policy=policy).action is Action.HOLD
    closed = screen(make_comment(), scorer=rude, policy=policy, facts=Facts(mode="closed"))
    assert closed.action is Action.REJECT
    threat = screen(make_comment(), scorer=FakeScorer({"threat": 0.9}), policy=policy)
    assert threat.action is Action.HOLD


MISTAKES = {
    "an override of nowhere": ("[[overrides]]\nbands = {}\n", "an override says where"),
    "an override of an unknown code": (
        '[[overrides]]\nsections = ["a"]\nbands = { insolt = {} }\n',
        "did you mean 'insult'?",
    ),
    "an override of an unknown limit": (
        '[[overrides]]\narticles = ["a"]\nlimits = { max_link = 1 }\n',
        "did you mean 'max_links'?",
    ),
    "an override that is a table": ("[overrides]\nx = 1\n", "begins with [[overrides]]"),
    "an override that lets a fault pass": (
        '[[overrides]]\narticles = ["a"]\nbands = { "rule.failed" = {} }\n',
        "must hold",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_an_override_is_refused(mistake: str) -> None:
    text, reason = MISTAKES[mistake]

    with pytest.raises(PolicyInvalid) as refused:
        read_policy(f"{DEFAULT}\n{text}")

    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("good", "bad", "reason"),
    [
        ("staff = []", "staff = [1]", "list of ids"),
        ("prior_rate = 0.8", "prior_rate = 8", "from 0 to 1"),
        ("prior_comments = 10", "prior_comments = 0", "1 or more"),
        ("earned_caps = { shouting = 0", "earned_caps = { shoting = 0", "did you mean 'shouting'?"),
        ("earned_caps = { shouting = 0", 'earned_caps = { "rule.failed" = 0', "nobody is trusted"),
        (
            "earned_caps = { shouting = 0",
            'earned_caps = { "article.closed" = 0',
            "nobody is trusted",
        ),
        ("earned_caps = { shouting = 0", "earned_caps = { shouting = 2", "from 0 to 1"),
        ("accepted = []", 'accepted = ["English"]', "by its code"),
        ("max_links = 1\n", "max_lnks = 1\n", "did you mean 'max_links'?"),
        ("[strict.bands]", "[strict.bandes]", "did you mean 'bands'?"),
    ],
)
def test_a_mistake_is_refused_with_its_line_and_column(good: str, bad: str, reason: str) -> None:
    text = DEFAULT.replace(good, bad, 1)
    assert text != DEFAULT

    with pytest.raises(PolicyInvalid) as refused:
        read_policy(text)

    assert reason in str(refused.value)
    assert refused.value.line is not None
    line = text.splitlines()[refused.value.line - 1]
    assert bad.split(" =", maxsplit=1)[0].split("]", maxsplit=1)[0] in line


def test_an_older_document_says_nothing_of_newer_rules_and_is_read_with_the_default() -> None:
    older = "\n".join(
        line
        for line in DEFAULT.splitlines()
        if not line.startswith(('"repeats.', "max_reports", "staff"))
    )

    read = read_policy(older, fallback=DEFAULT)

    assert read.bands["repeats.author"] == default_policy().bands["repeats.author"]
    assert read.limits.max_reports == default_policy().limits.max_reports
    name, _, of_fallback = read.version.partition("~")
    assert (len(name), len(of_fallback)) == (12, 6)
    assert "~" not in read_policy(DEFAULT, fallback=DEFAULT).version
    with pytest.raises(PolicyInvalid, match="lacks"):
        read_policy(older)


def test_the_section_of_an_article_counts_whoever_tells_it() -> None:
    comment = make_comment(article=Article("a-1", section="sport"))
    rude = FakeScorer({"insult": 0.2})

    told = screen(comment, scorer=rude, policy=POLICY)
    known = screen(make_comment(), scorer=rude, policy=POLICY, facts=Facts(section="sport"))
    unknown = screen(make_comment(), scorer=rude, policy=POLICY)

    assert [d.action.word for d in (told, known, unknown)] == ["approve", "approve", "hold"]


def test_of_whom_nothing_is_known_nobody_is_trusted() -> None:
    trust = replace(POLICY.trust, prior_rate=0.8, earned_rate=0.8)

    assert not trust.has_earned(Record())
    assert trust.has_earned(Record(1, 1, 0))
