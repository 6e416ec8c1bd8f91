"""Expressions beside Python's own, which means the same by them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modsvc.core.decision import Action
from modsvc.core.expressions import (
    MAX_CHARS,
    VARIABLES,
    Expression,
    ExpressionFailed,
    ExpressionInvalid,
    Expressions,
)
from modsvc.core.expressions.finding import MAX_TOGETHER
from modsvc.core.expressions.variables import TYPES
from modsvc.core.labels import LABELS
from modsvc.core.rules.expressions import MAX_NAMES, holding, rejecting
from modsvc.core.signals import Signal
from tests.factories import make_subject
from tests.strategies import policy_with

USUAL: dict[str, object] = {
    name: {"number": 0.25, "whole number": 3, "text": "sport", "yes or no": False}[variable.type]
    for name, variable in VARIABLES.items()
}


def expressions(*written: str, action: Action = Action.HOLD) -> Expressions:
    return Expressions({each: Expression(each, action) for each in written})


def true(*written: str, **values: object) -> list[str]:
    told = {name.replace("__", "."): value for name, value in values.items()}
    return list(expressions(*written).find((USUAL | told).__getitem__, Action.HOLD))


@pytest.mark.parametrize(
    ("written", "values", "expected"),
    [
        (
            "score.toxicity > 0.4 && links >= 1 && author.age_days < 7",
            {"score__toxicity": 0.5, "links": 1, "author__age_days": 6},
            True,
        ),
        (
            "score.toxicity > 0.4 && links >= 1 && author.age_days < 7",
            {"score__toxicity": 0.5, "links": 1, "author__age_days": 7},
            False,
        ),
        ("is_reply", {"is_reply": True}, True),
        ("!is_reply", {"is_reply": True}, False),
        ("links > 2 || is_edit", {"is_edit": True, "links": 0}, True),
        # Whole numbers and others may be compared.
        ("score.spam > 0", {}, True),
        ("score.spam > 0", {"score__spam": 0}, False),
        ("links > 2.5", {}, True),
        ("links >= 3.5", {}, False),
        ("links == 3.0", {}, True),
        ("links != 3.0", {}, False),
        ("capitals <= 1", {"capitals": 1.0}, True),
        # Texts.
        ('language in ["en", "he"]', {"language": "he"}, True),
        ('language in ["en", "he"]', {"language": "ar"}, False),
        ("language != 'en'", {"language": "en"}, False),
        ('article.section.startsWith("sport")', {"article__section": "sport/football"}, True),
        ('article.section.startsWith("sport")', {"article__section": "opinion"}, False),
        ('article.section.endsWith("ball")', {"article__section": "sport/football"}, True),
        ('article.section.contains("foot")', {"article__section": "sport/football"}, True),
        ('"דעות וספורט".contains(article.section)', {"article__section": "דעות"}, True),
        ("size(language) == 3", {"language": "💥é\u05d0"}, True),
        ("article.id == 'it\\'s \\\\ \"so\"'", {"article__id": 'it\'s \\ "so"'}, True),
        ('article.id == "a"', {"article__id": "a\0b"}, False),
        ('article.id == "a"', {"article__id": "a\ud800"}, False),
        # Arithmetic.
        ("links * 2 + 1 == 7", {}, True),
        ("-links < -2 && links - 4 == -1", {}, True),
        ("links % 2 == 0", {}, False),
        ("double(links) / double(words) > 0.5", {"links": 3, "words": 4}, True),
        ("double(links) / double(words) > 0.5", {"links": 0, "words": 0}, False),
        ("(is_reply ? 0.5 : 0.2) < score.insult", {"is_reply": False}, True),
        ("links in [1, 2, 3]", {}, True),
        # Lines, and what is said beside.
        ("links > 2 // More than two.", {}, True),
        ("links > 2\n  && // Both.\n  is_reply", {"is_reply": True}, True),
    ],
)
def test_what_is_written_is_what_is_meant(
    written: str, values: dict[str, object], expected: bool
) -> None:
    assert (true(written, **values) == [written]) is expected


# Each as we write it and as Python does.
COUNTS = ("links", "author.comments", "author.last_hour")
SHARES = ("score.threat", "capitals")
NUMBERS = st.sampled_from(
    [(each, each) for each in (*COUNTS, *SHARES, "0", "1", "3", "0.5", "0.25", "3.0")]
)
TEXTS = st.sampled_from([("language", "language"), ("article.section", "article.section")])
FACTS = st.sampled_from([("is_reply", "is_reply"), ("author.is_trusted", "author.is_trusted")])
COMPARED = st.builds(
    lambda a, sign, b: (f"{a[0]} {sign} {b[0]}", f"{a[1]} {sign} {b[1]}"),
    NUMBERS,
    st.sampled_from(["<", "<=", "==", "!=", ">=", ">"]),
    NUMBERS,
)
LISTED = st.builds(lambda a: (f'{a[0]} in ["sport", "en"]', f'{a[1]} in ["sport", "en"]'), TEXTS)
BEGUN = st.builds(lambda a: (f'{a[0]}.startsWith("sp")', f'{a[1]}.startswith("sp")'), TEXTS)
MEANT = st.recursive(
    FACTS | COMPARED | LISTED | BEGUN,
    lambda each: (
        st.builds(lambda a, b: (f"{a[0]} && {b[0]}", f"{a[1]} and {b[1]}"), each, each)
        | st.builds(lambda a, b: (f"({a[0]}) || ({b[0]})", f"({a[1]}) or ({b[1]})"), each, each)
        | st.builds(lambda a: (f"!({a[0]}) // No.\n", f"not ({a[1]})"), each)
    ),
    max_leaves=6,
)
VALUES = st.fixed_dictionaries(
    {
        **dict.fromkeys(COUNTS, st.integers(0, 5)),
        **dict.fromkeys(SHARES, st.sampled_from([0.0, 0.25, 0.5, 1.0])),
        **dict.fromkeys(("language", "article.section"), st.sampled_from(["sport", "en", "spa"])),
        **dict.fromkeys(("is_reply", "author.is_trusted"), st.booleans()),
    }
)


def as_python(written: str, values: dict[str, object]) -> bool:
    known = dict(enumerate(values.values()))
    for i, name in enumerate(values):
        written = written.replace(name, f"V[{i}]")
    return bool(eval(written, {"V": known}))  # noqa: S307  Written by this test alone.


@given(st.lists(MEANT, min_size=1, max_size=8), VALUES)
def test_many_at_once_are_each_what_python_makes_of_it(
    meant: list[tuple[str, str]], values: dict[str, object]
) -> None:
    asked: list[str] = []

    def value(name: str) -> object:
        asked.append(name)
        return values[name]

    each = {str(i): Expression(written, Action.HOLD) for i, (written, _) in enumerate(meant)}
    found = list(Expressions(each).find(value, Action.HOLD))

    assert found == [str(i) for i, (_, python) in enumerate(meant) if as_python(python, values)]
    assert len(asked) == len(set(asked))
    assert all(any(name in written for written, _ in meant) for name in asked)


def test_only_what_is_mentioned_is_asked_for_and_once() -> None:
    asked: list[str] = []

    def value(name: str) -> object:
        asked.append(name)
        return USUAL[name]

    many = Expressions(
        {
            **{str(i): Expression(f"links > {i}", Action.HOLD) for i in range(3 * MAX_TOGETHER)},
            "text": Expression('language == "words // capitals"', Action.HOLD),
            "other": Expression("reports > 1", Action.REJECT),
        }
    )

    assert list(many.find(value, Action.HOLD)) == ["0", "1", "2"]
    assert sorted(asked) == ["language", "links"]
    assert list(many.find(value, Action.REJECT)) == ["other"]
    assert sorted(asked) == ["language", "links", "reports"]
    assert len(many) == 3 * MAX_TOGETHER + 2


def test_without_expressions_nothing_is_asked_for() -> None:
    def nobody(name: str) -> object:
        raise AssertionError(name)

    assert list(Expressions().find(nobody, Action.HOLD)) == []
    assert len(Expressions()) == 0


def test_one_that_mentions_what_is_not_known_does_not_apply() -> None:
    written = [
        'language != "en"',
        "links > 2",
        'links > 2 || language == "en"',
        "reports % links == 0",
    ]

    assert true(*written, language=None) == ["links > 2", "reports % links == 0"]
    # What stands in for a number that is not known is never weighed, nor divided by.
    assert true(*written, links=None) == ['language != "en"']


def test_one_that_fails_is_named() -> None:
    asked = expressions("is_edit", "words > 1", "words % links == 0", "reports > 1")

    with pytest.raises(ExpressionFailed, match=r"'words % links == 0'.*zero") as caught:
        list(asked.find((USUAL | {"links": 0}).__getitem__, Action.HOLD))

    assert caught.value.name == "words % links == 0"


@pytest.mark.parametrize("written", ["links * 4611686018427387904 > 1", "links > 1"])
def test_a_number_too_large_fails(written: str) -> None:
    with pytest.raises(ExpressionFailed):
        true(written, links=2**62 if "*" in written else 2**70)


def test_a_failure_that_does_not_matter_does_not_matter() -> None:
    assert true("words % links == 0 || is_reply", links=0, is_reply=True) != []


BOMBS = [
    "(" * 999,
    "(" * 400 + "true" + ")" * 400,
    "!" * 990 + "true",
    "!(" * 300 + "true" + ")" * 300,
    "-" * 900 + "1 < 0",
    "1 in " + "[" * 490 + "]" * 490,
    "links" + "[0]" * 300 + " == 1",
    "true?" * 99 + "true" + ":true" * 99,
    "true?true:" * 99 + "true",
    "1" + "+1" * 490 + " > 0",
    "1" + "<1" * 490,
    "true" + "&&true" * 160,
    "(true||" * 100 + "true" + ")" * 100,
    "size(" * 160 + '""' + ")" * 160,
    "links" + ".a" * 490,
    "links in [" + "1," * 480 + "1]",
    " || ".join(['article.id.contains("aab")'] * 30),
    'article.id.contains("' + "a" * 480 + "b" + "a" * 480 + '")',
    "[1].map(x, [1].map(x, x)).all(x, true)",
    "9" * 1000,
    "1." + "9" * 900 + " > 0",
    "1e" + "9" * 900 + " > 0",
    "=" * 1000,
    "&&" * 500,
    "1 " * 500,
    '"' * 1000,
    "\\" * 1000,
    "💥" * 1000,
    "." * 1000,
    "([{" * 333,
]


@pytest.mark.parametrize("bomb", BOMBS)
def test_what_is_made_to_hang_is_refused_or_answered(bomb: str) -> None:
    assert len(bomb) <= MAX_CHARS
    try:
        asked = expressions(bomb)
    except ExpressionInvalid:
        return
    told = USUAL | {"article.id": "a" * 200}

    with suppress(ExpressionFailed):  # Of a division by 0, say.
        assert set(asked.find(told.__getitem__, Action.HOLD)) <= {bomb}


def test_what_may_be_written_alone_may_be_written_beside_others() -> None:
    deepest = next(
        written for n in count(60, -1) if fits(written := "(" * n + "links > 2" + ")" * n)
    )
    many = {str(i): Expression(deepest, Action.HOLD) for i in range(2 * MAX_TOGETHER)}

    assert len(deepest) > 40
    assert len(list(Expressions(many).find(USUAL.__getitem__, Action.HOLD))) == len(many)
    long = "links == 3 && " * 70 + "true"
    many = {str(i): Expression(long.ljust(MAX_CHARS), Action.HOLD) for i in range(MAX_TOGETHER)}
    assert len(list(Expressions(many).find(USUAL.__getitem__, Action.HOLD))) == len(many)


def fits(written: str) -> bool:
    try:
        expressions(written)
    except ExpressionInvalid:
        return False
    return True


def test_threads_share_expressions_and_not_values() -> None:
    written = [f"links == {i} && reports == {i}" for i in range(40)] + ["words % links == 0"]
    asked = expressions(*written)

    def ask(i: int) -> bool:
        told = USUAL | {"links": i, "reports": i, "words": 1}
        if i == 0:
            with pytest.raises(ExpressionFailed):
                list(asked.find(told.__getitem__, Action.HOLD))
            return True
        found = list(asked.find(told.__getitem__, Action.HOLD))
        return found == [written[i]] + ["words % links == 0"] * (i == 1)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(ask, [i % 40 for i in range(4_000)]))


def test_threads_may_read_expressions_at_once() -> None:
    def read(i: int) -> list[str]:
        return true(f"links > {i}", f"links > {i} && score.spam > {i % 2}.5")

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(read, range(200))) == [read(i) for i in range(200)]


def test_every_variable_has_a_type_and_a_sentence_and_can_be_asked() -> None:
    how = {"number": "> 0", "whole number": "> 0", "text": '== "sport"', "yes or no": "== false"}

    assert {f"score.{label}" for label in LABELS} <= VARIABLES.keys()
    for name, variable in VARIABLES.items():
        assert variable.type in TYPES
        assert variable.meaning[0].isupper()
        assert variable.meaning.endswith(".")
        assert true(f"{name} {how[variable.type]}") != []


def test_the_rules_say_which_are_true() -> None:
    each = {f"h{i}": Expression(f"links > {i}", Action.HOLD) for i in range(9)}
    each |= {
        "r": Expression("chars > 5", Action.REJECT),
        "no": Expression("is_edit", Action.REJECT),
    }
    policy = replace(policy_with(), expressions=Expressions(each))
    subject = make_subject("https://a.example https://b.example " * 4)

    held, rejected = holding(subject, policy), rejecting(subject, policy)

    assert held == Signal("expressions.held", detail={"names": "h0, h1, h2, h3, h4", "count": 8})
    assert MAX_NAMES == 5
    assert rejected == Signal("expressions.rejected", detail={"names": "r", "count": 1})
    assert holding(make_subject("a"), policy) is None
    assert holding(subject, policy_with()) is None
