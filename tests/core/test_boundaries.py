"""Where words begin and end, by a table."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modsvc.core import boundaries
from modsvc.core.boundaries import has_unspaced, is_boundary, is_sign, part, without_unspaced

TEXTS = st.text(st.characters() | st.sampled_from("ab '_-7é\u0301הא\"־أـ笨蛋ばバก\u0e34ह\u093f바"))


@pytest.mark.parametrize(
    "parted",
    [
        "fool|'|s",
        "l|'|idiot",
        "_|fool|_|2",
        "b2b",
        "covid19",
        "cafe\u0301",
        'ה|"|טיפש',
        "בן|־|זונה",
        "טִיפֵּשׁ",
        "أَحْمَق",
        "أحـــمق",
        "हिन्दी",
        "바보야",
        "バカンス",
        "お|前|は|バカ|だ",
        "笨|蛋|。",
        "你|sb|吗",
        "第|3|章",
        "กิ|นี่|น",
        "ສີ|ດ",
    ],
)
def test_words_are_parted_there_and_nowhere_else(parted: str) -> None:
    text = parted.replace("|", "")
    expected = {len(parted[:at].replace("|", "")) for at, c in enumerate(parted) if c == "|"}

    found = {at for at in range(1, len(text)) if is_boundary(text, at)}

    assert found == expected


@given(TEXTS)
def test_the_ends_of_a_text_are_boundaries(text: str) -> None:
    assert is_boundary(text, 0)
    assert is_boundary(text, len(text))


@given(TEXTS)
def test_what_parts_words_becomes_a_space_and_the_rest_stays(text: str) -> None:
    parted = part(text)

    assert len(parted) == len(text)
    for was, became in zip(text, parted, strict=True):
        assert became == (" " if is_sign(was) else was)
    assert not has_unspaced(without_unspaced(parted))
    assert len(without_unspaced(parted)) == len(text)


def test_rare_characters_do_not_fill_the_memory() -> None:
    for first in range(0, sys.maxunicode, 50_000):
        part("".join(map(chr, range(first, min(first + 50_000, sys.maxunicode)))))

    assert len(boundaries.PARTED) <= 20_000
    assert len(boundaries.KINDS) <= 20_000
