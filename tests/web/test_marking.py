from __future__ import annotations

import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from modsvc.core.decision import Action, Reason
from modsvc.core.rules.invisible import DIRECTION, INVISIBLE
from modsvc.core.signals import Signal, Span
from modsvc.web.hidden import HIDDEN, plain
from modsvc.web.marking import EXCERPT_CHARS, excerpt, marked, pieces, weights_of, words_of

# Seen although Unicode calls them format characters: they stand above or around numbers.
SEEN = set("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")


def reason(code: str, *spans: tuple[int, int], weight: float = 0.1) -> Reason:
    return Reason(Signal(code, spans=tuple(Span(*s, weight) for s in spans)), Action.HOLD)


def marks(page: Markup) -> list[tuple[str, str]]:
    """Each mark's title and text."""
    return re.findall(r'<mark(?: class="heavy")? title="([^"]*)">(.*?)</mark>', page)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("You goose, really.", "goose"),
        ("👩‍👩‍👧 what a 🦆 goose!", "goose"),
        ("אתה אווז גדול", "אווז"),
        ("يا لك من إوزة كبيرة", "إوزة"),
        ("e\u0301te\u0301 goose", "goose"),
    ],
)
def test_spans_count_code_points(body: str, word: str):
    start = body.index(word)

    page = marked(body, [reason("insult", (start, start + len(word)))])

    assert marks(page) == [("insult", word)]
    assert re.sub("<[^>]*>", "", page) == body


def test_overlapping_spans_show_all_their_reasons_where_they_overlap():
    page = marked("abcdef", [reason("insult", (0, 4)), reason("threat", (2, 6))])

    assert marks(page) == [("insult", "ab"), ("insult, threat", "cd"), ("threat", "ef")]


def test_spans_that_touch_are_one_mark():
    page = marked("abcdef", [reason("insult", (0, 2), (2, 4), (1, 3))])

    assert marks(page) == [("insult", "abcd")]


def test_spans_that_reach_past_the_body_are_cut_and_backward_ones_are_nothing():
    page = marked("abc", [reason("insult", (-5, 1), (2, 90), (2, 1), (7, 9))])

    assert marks(page) == [("insult", "a"), ("insult", "c")]


def test_a_heavy_span_shows():
    page = marked("abc", [reason("insult", (0, 1), weight=0.9)])

    assert page == '<mark class="heavy" title="insult">a</mark>bc'


spans = st.lists(st.tuples(st.integers(-3, 25), st.integers(-3, 25)), max_size=6)


@given(size=st.integers(0, 20), of=st.lists(spans, max_size=3))
def test_pieces_cover_the_body_once_and_know_every_reason(
    size: int, of: list[list[tuple[int, int]]]
):
    reasons = [reason(f"code{n}", *spans) for n, spans in enumerate(of)]

    found = pieces(size, reasons)

    covered = [at for piece in found for at in range(piece.start, piece.end)]
    assert covered == list(range(size))
    for piece in found:
        for at in range(piece.start, piece.end):
            expected = [f"code{n}" for n, s in enumerate(of) if any(a <= at < b for a, b in s)]
            assert list(piece.codes) == expected


def test_markup_in_a_body_is_text():
    page = marked("<script>alert(1)</script>", [reason("insult", (1, 7))])

    assert page == '&lt;<mark title="insult">script</mark>&gt;alert(1)&lt;/script&gt;'


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("a\u200bb", "ZWSP"),
        ("a\u202eb", "RLO"),
        ("a\u00adb", "SHY"),
        ("a\u3164b", "U+3164"),
        ("a\x1bb", "U+001B"),
        ("a\u200db", "ZWJ"),
        ("a\U000e0041b", "U+E0041"),
        ("a\u200b\u200b\u200bb", "ZWSP ×3"),
    ],
)
def test_what_cannot_be_seen_has_a_label(text: str, label: str):
    page = plain(text)

    assert f">{label}</span>" in page
    assert not HIDDEN.search(page)


@pytest.mark.parametrize(
    "text",
    [
        "👩\u200d👩\u200d👧 and ❤\ufe0f\u200d🔥",
        "می\u200cخواهم",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "one line\nand\tanother",
        "naïve Straße אבג",
    ],
)
def test_what_shows_by_what_it_does_is_left_alone(text: str):
    assert plain(text) == text


def test_every_character_of_unicode_that_cannot_be_seen_is_known():
    invisible = {
        char
        for char in map(chr, range(sys.maxunicode + 1))
        if (unicodedata.category(char) in ("Cc", "Cf") and char not in "\n\r\t")
        or INVISIBLE.match(char)
        or DIRECTION.match(char)
    }

    assert {char for char in invisible if not HIDDEN.match(char)} == SEEN


def test_an_excerpt_begins_a_little_before_the_first_marked_word():
    body = "x " * 400 + "goose" + " y" * 400

    page = excerpt(body, [reason("insult", (800, 805))])

    assert marks(page) == [("insult", "goose")]
    assert page.startswith("…")
    assert page.endswith("…")
    assert len(re.sub("<[^>]*>", "", page)) == EXCERPT_CHARS + 2


def test_a_short_body_is_its_own_excerpt():
    assert excerpt("A goose.", []) == "A goose."


def test_marked_words_are_told_once_each():
    body = "goose, duck and goose"
    found = words_of(body, reason("insult", (0, 5), (7, 11), (16, 21), (5, 5)))

    assert found == ["goose", "duck"]


def test_each_word_of_a_reason_has_what_it_weighs_at_most():
    spans = (Span(0, 1, 0.25), Span(2, 3, 0.5), Span(4, 5, 0.75))
    reason = Reason(Signal("insult", spans=spans), Action.HOLD)

    assert weights_of("a b a", reason) == {"a": 0.75, "b": 0.5}
