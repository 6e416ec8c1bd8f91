"""What a queue's address asks for is what it is read as, and the other way round."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modsvc.core.filters import DUE, ORDERS, WHOSE, Filters
from modsvc.core.labels import LABELS
from modsvc.core.searching import read_query
from modsvc.web.queue.filters import PARTS, REASONS, View, read_view
from modsvc.web.queue.listing import cursor, read_cursor
from tests.fakes import Clock

ids = st.text(min_size=1, max_size=30).map(lambda t: t.replace("\0", "").strip()).filter(bool)
asked = st.fixed_dictionaries(
    {},
    optional={
        "order": st.sampled_from(ORDERS),
        "reason": st.sampled_from(REASONS),
        "label": st.sampled_from(sorted(LABELS)),
        "from": st.sampled_from(["0", "0.25", ".5", "1"]),
        "to": st.sampled_from(["0.3", "1", "1.0"]),
        "language": st.sampled_from(["en", "he-IL", "zh-hant-tw"]),
        "article": ids,
        "author": ids,
        "by": st.integers(0, 2**63 - 1).map(str),
        "like": st.integers(0, 2**63 - 1).map(str),
        "held": st.builds("{}-{}{}".format, st.sampled_from(["over", "under"]), st.integers(1, 9_999), st.sampled_from("mhd")),
        "whose": st.sampled_from(WHOSE),
        "late": st.just("1"),
        "text": ids,
    },
)  # fmt: skip
anything = st.dictionaries(st.sampled_from([*PARTS, "order", "after", "x"]), st.text(max_size=20))


def again(view: View) -> View:
    return read_view({name: value for name, value in view.args().items() if value is not None})


@given(asked)
def test_a_view_is_read_back_from_its_own_address(args: Mapping[str, str]) -> None:
    view = read_view(args)

    assert (again(view).filters, again(view).order) == (view.filters, view.order)
    assert not again(view).problems
    assert "article" not in args or view.filters.article == args["article"]


@given(anything)
def test_whatever_an_address_says_it_is_a_view(args: Mapping[str, str]) -> None:
    view = read_view(args)

    assert again(view).filters == view.filters
    assert not again(view).problems


def test_each_part_asks_for_its_own() -> None:
    view = read_view(
        {
            "reason": "shouting",
            "label": "toxicity",
            "from": "0.6",
            "to": ".75",
            "language": "HE",
            "held": "over-6h",
            "late": "1",
            "text": "flapdoodle",
            "order": "worst",
        }
    )

    assert view.filters == Filters(
        reason="shouting",
        label="toxicity",
        least=0.6,
        most=0.75,
        language="he",
        over=timedelta(hours=6),
        is_late=True,
        text=read_query("flapdoodle"),
    )
    assert view.order == "worst"


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("reason", "nothing.such"),
        ("label", "rudeness"),
        ("from", "0.5"),
        ("language", "Hebrew!"),
        ("held", "over-0h"),
        ("whose", "nobody"),
        ("late", "yes"),
        ("like", "9" * 19),
        ("text", '"" *'),
        ("order", "sideways"),
    ],
)
def test_what_cannot_be_understood_is_said_and_asks_for_nothing(part: str, value: str) -> None:
    view = read_view({part: value})

    assert view.filters == Filters()
    assert len(view.problems) == 1
    assert view.problems[0].endswith(".")


def test_what_is_assigned_to_others_is_for_leads() -> None:
    assert read_view({"whose": "others"}, is_lead=True).filters.whose == "others"
    assert read_view({"whose": "others"}, is_lead=False).filters.whose == ""


@given(st.floats(0, 1), st.integers(0, 2**63 - 1))
def test_a_cursor_leads_back_to_where_a_page_ended(worst: float, case: int) -> None:
    now = Clock().now

    assert read_cursor(str(cursor((worst, case), "worst")), "worst") == (worst, case)
    assert read_cursor(str(cursor((now, case), DUE)), DUE) == (now, case)
