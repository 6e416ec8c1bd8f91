from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from modsvc.core.lines import LineMatcher

lines = st.lists(st.sampled_from("abc"), max_size=8)


@given(lines, lines)
def test_what_differs_makes_one_text_of_the_other(old: list[str], new: list[str]):
    made: list[str] = []
    for tag, i, i_end, j, j_end in LineMatcher(old, new).get_opcodes():
        assert (tag == "equal") == (old[i:i_end] == new[j:j_end])
        made += old[i:i_end] if tag == "equal" else new[j:j_end]
    assert made == new


def test_lines_that_are_all_alike_but_for_the_ends_are_one_change():
    # Looked through pair by pair, this would take hours.
    old, new = ["first", *"ab" * 50_000, "last"], ["first", *"bba" * 40_000, "last"]

    opcodes = LineMatcher(old, new).get_opcodes()

    assert [tag for tag, *_ in opcodes] == ["equal", "replace", "equal"]
