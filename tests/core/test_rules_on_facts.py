"""The rules that look at what is known beside the text: each by a table of facts."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modsvc.core.comment import Author, Parent, Subject
from modsvc.core.decision import Action
from modsvc.core.expressions import VARIABLES, Expression, Expressions
from modsvc.core.facts import MODES, Facts, Like, Record, Sent
from modsvc.core.policy import MORE_IS_STRICTER, Limits
from modsvc.core.rules import RULES
from modsvc.core.text import normalise
from modsvc.core.values import VALUES
from tests.core import test_rules
from tests.factories import make_comment
from tests.strategies import policy_with

POLICY = replace(
    policy_with(
        new_author_days=2,
        new_author_comments=3,
        max_author_minute=2,
        max_author_hour=10,
        max_article_minute=5,
        max_address_minute=3,
        max_address_hour=8,
        repeat_similarity=0.5,
        repeat_hours=1,
        repeat_min_words=6,
        max_author_repeats=1,
        max_others_repeats=2,
        max_reports=1,
    ),
    languages=frozenset({"en", "he"}),
    expressions=Expressions(
        {
            "new and linking": Expression("links >= 1 && author.age_days < 7", Action.HOLD),
            "in Hebrew": Expression('language == "he"', Action.HOLD),
            "in Arabic": Expression('language == "ar" && chars > 3', Action.REJECT),
            "rude": Expression("score.insult > 0.4", Action.REJECT),
        }
    ),
)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
KNOWN = Facts(at=NOW, age_days=30, record=Record(20, 18, 1))
LINK, PLAIN = "See https://a.example there.", "A plain remark."
FIRST, LATE = Like(0.9, 59, own=True), Like(0.9, 60, own=True)
OTHERS = Like(0.6, 5)

# What is known, and where the text matters, that too.
Case = Facts | tuple[str, Facts]
FIRES: dict[str, list[Case]] = {
    "author.new": [
        Facts(at=NOW, age_days=1, record=Record(9, 9, 0)),
        Facts(at=NOW, age_days=2, record=Record(9, 2, 0)),
        Facts(at=NOW),
    ],
    "author.rejections": [Facts(record=Record(1, 0, 1)), Facts(record=Record(100, 99, 1))],
    "author.too_fast": [Facts(by_author=Sent(2, 2)), Facts(by_author=Sent(0, 10))],
    "article.too_fast": [Facts(on_article=5), Facts(on_article=100)],
    "address.too_fast": [Facts(from_address=Sent(3, 3)), Facts(from_address=Sent(0, 8))],
    "repeats.author": [Facts(likes=(FIRST, FIRST)), Facts(likes=(FIRST, OTHERS, FIRST))],
    "repeats.others": [Facts(likes=(OTHERS,) * 3, n_words=6)],
    "repeats.rejected": [
        Facts(likes=(replace(FIRST, rejected=True),)),
        Facts(likes=(replace(OTHERS, rejected=True),), n_words=6),
    ],
    "reports.many": [Facts(reports=2), Facts(reports=90)],
    "article.premoderated": [Facts(mode="premoderate")],
    "article.closed": [Facts(mode="closed")],
    "language.not_accepted": [Facts(language="fr"), Facts(language="ar-EG"), Facts(language="und")],
    "expressions.held": [
        (LINK, Facts(at=NOW, age_days=6)),
        (PLAIN, Facts(language="he")),
        ("דוגמה", Facts(language="he")),
    ],
    "expressions.rejected": [("مثال", Facts(language="ar")), (PLAIN, Facts(language="ar"))],
}
LEAVES_ALONE: dict[str, list[Case]] = {
    # Of whom nothing is known, nobody may say that they are new.
    "author.new": [Facts(at=NOW, age_days=2, record=Record(3, 3, 0)), Facts(), KNOWN],
    "author.rejections": [Facts(), Facts(record=Record(5, 3, 0)), Facts(record=Record(9, 0, 0))],
    "author.too_fast": [Facts(by_author=Sent(1, 9)), Facts(from_address=Sent(9, 9))],
    "article.too_fast": [Facts(on_article=4)],
    "address.too_fast": [Facts(from_address=Sent(2, 7)), Facts(by_author=Sent(9, 9))],
    "repeats.author": [
        Facts(likes=(FIRST,)),
        Facts(likes=(FIRST, LATE)),
        Facts(likes=(FIRST, replace(FIRST, similarity=0.49))),
        Facts(likes=(OTHERS, OTHERS, OTHERS), n_words=9),
    ],
    "repeats.others": [
        Facts(likes=(OTHERS,) * 2, n_words=6),
        Facts(likes=(OTHERS,) * 9, n_words=5),
        Facts(likes=(FIRST,) * 9, n_words=9),
    ],
    "repeats.rejected": [
        Facts(likes=(FIRST, OTHERS), n_words=9),
        Facts(likes=(replace(OTHERS, rejected=True),), n_words=5),
        Facts(likes=(replace(LATE, rejected=True),)),
    ],
    "reports.many": [Facts(reports=1), Facts()],
    "article.premoderated": [Facts(), Facts(mode="strict"), Facts(mode="closed")],
    "article.closed": [Facts(), Facts(mode="strict"), Facts(mode="premoderate")],
    "language.not_accepted": [
        Facts(language="en"),
        Facts(language="he-IL"),
        Facts(language="he_IL"),
        Facts(language="iw"),
        Facts(),
    ],
    "expressions.held": [
        (LINK, Facts(at=NOW, age_days=7)),
        (PLAIN, Facts(at=NOW, age_days=6)),
        # Of whom nobody was asked, or nobody could answer.
        (LINK, Facts()),
        (LINK, Facts(at=NOW, complete=False)),
        ("דוגמה", Facts(language="yi")),
    ],
    "expressions.rejected": [("مثل", Facts(language="ar")), ("مثال", Facts())],
}


def subject(case: Case) -> Subject:
    body, facts = case if isinstance(case, tuple) else (PLAIN, case)
    return Subject(make_comment(body), normalise(body), {}, facts)


@pytest.mark.parametrize(("code", "case"), [(c, f) for c, all_ in FIRES.items() for f in all_])
def test_a_rule_fires(code: str, case: Case) -> None:
    signal = RULES[code](subject(case), POLICY)

    assert signal is not None
    assert signal.code == code
    assert 0 < signal.strength <= 1


@pytest.mark.parametrize(
    ("code", "case"), [(c, f) for c, all_ in LEAVES_ALONE.items() for f in all_]
)
def test_a_rule_leaves_alone(code: str, case: Case) -> None:
    assert RULES[code](subject(case), POLICY) is None


def test_every_rule_has_its_table() -> None:
    assert set(FIRES) == set(LEAVES_ALONE)
    assert set(FIRES) | set(test_rules.FIRES) == set(RULES)
    assert set(FIRES).isdisjoint(test_rules.FIRES)


def test_more_rejections_weigh_more_and_approvals_make_up_for_them() -> None:
    def strength(approved: int, rejected: int) -> float:
        facts = Facts(record=Record(approved + rejected, approved, rejected))
        signal = RULES["author.rejections"](subject(facts), POLICY)
        assert signal is not None
        return signal.strength

    assert strength(0, 1) < strength(0, 4) < strength(0, 50)
    assert strength(50, 2) < strength(10, 2) < strength(0, 2)
    assert strength(0, 4) == pytest.approx(1 - 8 / 14)


counts = st.integers(0, 120)
sents = st.builds(Sent, counts, counts)
likes = st.builds(
    Like, st.floats(0.5, 1), st.integers(0, 10_000), own=st.booleans(), rejected=st.booleans()
)
facts = st.builds(
    Facts,
    at=st.just(NOW),
    mode=st.sampled_from(MODES),
    age_days=counts,
    record=st.builds(
        lambda approved, rejected: Record(approved + rejected, approved, rejected),
        st.integers(0, 50),
        st.integers(0, 50),
    ),
    by_author=sents,
    on_article=counts,
    from_address=sents,
    likes=st.lists(likes, max_size=5).map(tuple),
    n_words=st.integers(0, 20),
    reports=st.integers(0, 9),
    is_edit=st.booleans(),
)


@given(told=facts)
def test_facts_are_kept_and_read_as_they_are(told: Facts) -> None:
    assert Facts.of_kept(told.kept()) == told


def test_usual_facts_take_no_room() -> None:
    assert Facts().kept() == {}
    assert Facts(reports=1).kept() == {"reports": 1}


@given(told=facts, name=st.sampled_from([f.name for f in fields(Limits)]), data=st.data())
def test_a_stricter_limit_never_silences_a_rule(
    told: Facts, name: str, data: st.DataObject
) -> None:
    kind = {f.name: f.type for f in fields(Limits)}[name]
    values = st.integers(0, 100) if kind == "int" else st.floats(0, 1)
    low, high = sorted((data.draw(values), data.draw(values)))
    stricter, milder = (high, low) if name in MORE_IS_STRICTER else (low, high)
    body = data.draw(st.sampled_from([PLAIN, LINK * 9, "NO WAY THIS IS TRUE " * 3, "x"]))
    asked = Subject(make_comment(body), normalise(body), {}, told)

    for code, rule in RULES.items():
        if code.startswith("expressions."):  # What an editor asks for may go either way.
            continue
        before = rule(asked, policy_with(**{name: milder}))
        after = rule(asked, policy_with(**{name: stricter}))
        assert before is None or after is not None, code


def test_expressions_may_ask_for_every_fact_there_is_and_for_no_other() -> None:
    assert set(VALUES) == set(VARIABLES)


def test_a_fact_has_the_type_that_expressions_are_told() -> None:
    comment = make_comment(LINK, author=Author("u-1"), parent=Parent("c-0"))
    asked = Subject(
        comment,
        normalise(LINK),
        {f"{name.removeprefix('score.')}": 0.5 for name in VALUES if name.startswith("score.")},
        replace(KNOWN, language="en"),
    )
    types = {"number": float, "whole number": int, "text": str, "yes or no": bool}

    for name, value in VALUES.items():
        assert type(value(asked, POLICY)) is types[VARIABLES[name].type], name
