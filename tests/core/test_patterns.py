"""Patterns beside Python's own, which finds the same and may take for ever."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modsvc.core.decision import Action
from modsvc.core.patterns import (
    MAX_CHARS,
    MAX_PLACES,
    Pattern,
    PatternInvalid,
    Patterns,
    TooManyPlaces,
)
from modsvc.core.text import normalise
from modsvc.core.words import is_boundary

PIECES = st.sampled_from(["a", "b", "(a|b)", "[ab]", "a+", "b?", "(?:ab)*", "x{1,3}", "é", "."])
TEXTS = st.text(st.sampled_from("ab x é\n"), max_size=30)


def found(
    patterns: Patterns, text: str, action: Action = Action.HOLD
) -> list[tuple[str, int, int]]:
    return list(patterns.find(normalise(text), action))


@given(st.lists(PIECES, min_size=1, max_size=4).map("".join), TEXTS)
def test_what_is_found_in_the_text_as_sent_is_what_pythons_own_finds(
    pattern: str, text: str
) -> None:
    expected = {
        m.span()
        for m in re.finditer(pattern, text, re.IGNORECASE)
        if m[0] and is_boundary(text, m.start()) and is_boundary(text, m.end())
    }

    hits = found(Patterns({"p": Pattern(pattern, Action.HOLD)}), text)

    assert expected <= {(start, end) for _, start, end in hits}


def test_many_are_found_as_each_would_be_alone() -> None:
    text = "one word and another, number 17 and number 71"
    each = {f"n{i}": Pattern(f"number {i}", Action.HOLD) for i in range(100)}

    alone = [hit for name in each for hit in found(Patterns({name: each[name]}), text)]
    assert sorted(found(Patterns(each), text)) == sorted(alone)
    assert {name for name, *_ in alone} == {"n17", "n71"}


def test_too_many_to_be_one_are_found_one_by_one() -> None:
    # Two groups of one name cannot be in one expression.
    each = {f"n{i}": Pattern(f"(?P<same>x+)y{i}", Action.HOLD) for i in range(50)}
    patterns = Patterns(each)

    assert {name for name, *_ in found(patterns, "xxy7 xy8")} == {"n7", "n8"}


def test_a_place_is_told_in_the_text_as_it_was_sent() -> None:
    text = "🙂 well, c.a.l.l me at noon"

    hits = found(Patterns({"p": Pattern("call me at", Action.HOLD)}), text)

    assert [text[start:end] for _, start, end in hits] == ["c.a.l.l me at"]


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*b", "(.*)(.*)(.*)x", "(\\w+\\s){1000}"])
def test_no_pattern_and_no_text_together_take_for_ever(pattern: str) -> None:
    assert found(Patterns({"p": Pattern(pattern, Action.HOLD)}), "a" * 20_480 + "!") is not None


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("ab(c", r"missing \): ab\(c, at character 1"),
        ("ab**", r"bad repetition operator: \*\*, at character 3"),
        ("x(?<!y)z", r"invalid perl operator: \(\?<!, at character 2"),
        ("a{1000}{1000}", "bad repetition operator"),
        ("", "it has 0 characters"),
        ("a" * (MAX_CHARS + 1), "it has 1,001 characters"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(pattern: str, said: str) -> None:
    with pytest.raises(PatternInvalid, match=said):
        Patterns({"p": Pattern(pattern, Action.HOLD)})


def test_without_patterns_nothing_is_looked_for() -> None:
    assert found(Patterns(), "anything") == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("fool|fools", "fools"), ("(dumb|dumber) ox", "dumber ox"), ("שוט|שוטים", "שוטים")],
)
def test_a_pattern_may_go_on_to_the_end_of_the_word(pattern: str, text: str) -> None:
    patterns = Patterns({"p": Pattern(pattern, Action.HOLD)})

    assert (("p", 6, 6 + len(text))) in found(patterns, f"Well, {text}, no.")
    assert found(patterns, f"Well, {text}x, no.") == []


@pytest.mark.parametrize("text", ["ab" * 10_240, "כל" * 10_240, "กิ" * 10_240])
def test_what_is_found_within_words_everywhere_is_not_looked_at_for_ever(text: str) -> None:
    patterns = Patterns({"p": Pattern(f"{text[0]}(.*y)?", Action.HOLD)})

    with pytest.raises(TooManyPlaces):
        found(patterns, text)
    assert found(patterns, text[:MAX_PLACES]) == []
