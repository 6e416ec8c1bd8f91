"""Where links stand: what is passed over sooner is passed over by the finder too."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st
from linkify_it import LinkifyIt
from linkify_it.tlds import TLDS

from modsvc.core.links import find_links
from modsvc.core.signals import MAX_SPANS

FINDER = LinkifyIt({"mailto:": None}, {"fuzzy_email": False}).tlds(list(TLDS))
# What links are made of, with letters that stand for others where case does not count.
PARTS = (
    *(".", ".", "com", "co", "uk", "ZONE", "xn--p1ai", "//", "a", "1", "-", "_", "/"),
    *("קום", "рф", "香港", "(", ")", ",", "|", "\u0130l", "\u017fi", "\u212ae", "o.l"),
)


@example("a.\u0130l")
@settings(max_examples=400)
@given(st.lists(st.sampled_from(PARTS), min_size=2, max_size=8).map("".join))
def test_what_the_finder_finds_as_it_is_written_is_found(text: str):
    found = [(each.span.start, each.span.end) for each in find_links(text)]
    as_written = [(each.index, each.last_index) for each in FINDER.match(text) or ()]

    if "//" not in text:  # What stands before slashes may be mended, and then is one place.
        assert found == as_written


def test_dots_between_letters_are_no_links_however_many_there_are():
    assert find_links("f.o.o.l " * 100) == ()


def test_more_places_than_are_looked_at_count_as_links_to_nowhere():
    found = find_links("x.com.zz " * 1_000)

    assert len(found) == MAX_SPANS
    assert {each.domain for each in found} == {""}


def test_long_links_do_not_use_up_what_may_be_looked_at():
    links = [f"https://news{n}.example/{'path/' * 90}" for n in range(4)]

    assert [each.host for each in find_links(" ".join(links))] == [
        f"news{n}.example" for n in range(4)
    ]
