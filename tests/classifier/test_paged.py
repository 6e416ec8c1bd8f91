from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modsvc.classifier.paged import Paged

NUMBERS = st.lists(st.sampled_from((0, 1, 2**32 - 1)), max_size=100)


@given(numbers=NUMBERS, repeated=st.integers(1, 4), typecode=st.sampled_from(("I", "L")))
def test_every_cell_reads_as_in_the_table_it_was_made_of(numbers, repeated, typecode):
    table = array(typecode, numbers * repeated)

    paged = Paged(table)

    assert [paged[i] for i in range(len(table))] == table.tolist()


def test_what_lies_beyond_the_last_page_is_an_error():
    with pytest.raises(IndexError):
        Paged(array("I", range(32)))[32]
