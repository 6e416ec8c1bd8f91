"""What hypothesis draws from, for laws that hold for every policy and every text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from hypothesis import strategies as st

from modsvc.app import DEFAULT_POLICY
from modsvc.core.decision import DIGITS, Action
from modsvc.core.labels import LABELS
from modsvc.core.patterns import Pattern, Patterns
from modsvc.core.policy import Band, Links, Policy
from modsvc.core.policy_document import CODES, read_policy
from modsvc.core.signals import Signal
from modsvc.core.words import Entry, WordList

# Only so many digits count.
strengths = st.floats(0, 1, allow_nan=False).map(lambda strength: round(strength, DIGITS))
texts = st.text(max_size=300)


@cache
def default_policy() -> Policy:
    return read_policy(DEFAULT_POLICY.read_text(encoding="utf-8"))


def policy_with(
    *,
    banned: tuple[str, ...] = (),
    suspect: tuple[str, ...] = (),
    links: Links | None = None,
    patterns: Mapping[str, Pattern] | None = None,
    **limits: float,
) -> Policy:
    """The default policy, with other limits, words, domains and patterns."""
    policy = default_policy()
    changed = replace(policy.limits, **limits)
    return replace(
        policy,
        limits=changed,
        words=WordList(
            [
                *(Entry(phrase, Action.REJECT) for phrase in banned),
                *(Entry(phrase, Action.HOLD) for phrase in suspect),
            ]
        ),
        links=links or policy.links,
        patterns=Patterns(patterns),
    )


@st.composite
def bands(draw: st.DrawFn) -> Band:
    hold, reject = sorted((draw(strengths), draw(strengths)))
    return Band(draw(st.sampled_from([hold, None])), draw(st.sampled_from([reject, None])))


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    return replace(default_policy(), bands={code: draw(bands()) for code in CODES})


@st.composite
def two_tables(draw: st.DrawFn) -> Policy:
    """Policies that weigh some labels otherwise where stage one judges alone."""
    both, alone = (
        draw(st.dictionaries(st.sampled_from(list(LABELS)), bands(), max_size=3)) for _ in range(2)
    )
    return replace(default_policy(), bands=default_policy().bands | both, bands_alone=alone)


signals = st.builds(Signal, st.sampled_from(CODES), strengths)
