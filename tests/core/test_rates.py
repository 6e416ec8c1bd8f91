import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from modsvc.core.rates import at_rate

scores = st.floats(0, 1)
rates = st.floats(0.001, 0.999)


@given(scores, rates)
def test_a_site_with_the_same_rate_keeps_its_scores(score, rate):
    assert at_rate(score, rate, rate) == pytest.approx(score)


@given(scores, scores, rates, rates)
def test_the_order_of_scores_is_kept(one, other, trained, site):
    low, high = sorted((one, other))

    assert at_rate(low, trained, site) <= at_rate(high, trained, site) + 1e-12


@given(st.floats(0.01, 0.99), rates, rates, rates)
def test_a_score_means_more_where_abuse_is_more_common(score, trained, one, other):
    rarer, commoner = sorted((one, other))
    assume(commoner - rarer > 0.001)

    assert at_rate(score, trained, rarer) < at_rate(score, trained, commoner)


@given(st.floats(0.01, 0.99), rates, rates)
def test_there_and_back_again_is_where_one_began(score, trained, site):
    assert at_rate(at_rate(score, trained, site), site, trained) == pytest.approx(score)


def test_a_score_of_the_trained_rate_becomes_the_sites_rate():
    assert at_rate(0.1, 0.1, 0.02) == pytest.approx(0.02)


@pytest.mark.parametrize("rate", [0, 1, -0.1, float("nan")])
def test_a_rate_that_leaves_no_doubt_is_refused(rate):
    with pytest.raises(ValueError, match="between 0 and 1"):
        at_rate(0.5, 0.1, rate)
