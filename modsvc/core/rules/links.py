"""Links: the commonest mark of comment spam."""

from __future__ import annotations

import re
from functools import cache

from linkify_it import LinkifyIt
from linkify_it.tlds import TLDS

from modsvc.core.comment import Subject
from modsvc.core.policy import Policy
from modsvc.core.signals import Signal, Span

# Every link the finder knows has one of these. Most comments have neither: their full stops end
# sentences. Looking for links costs more than all other rules together.
PERHAPS_A_LINK = re.compile(r"\.[^\s.]|//")


def too_many_links(subject: Subject, policy: Policy) -> Signal | None:
    """Fire when the body has more links than the policy allows."""
    # The raw text, since folding may join "www. example" into a link nobody wrote.
    spans = find_links(subject.text.raw)
    allowed = policy.limits.max_links
    if len(spans) <= allowed:
        return None
    return Signal("links.too_many", spans=spans, detail={"count": len(spans), "allowed": allowed})


def find_links(text: str) -> tuple[Span, ...]:
    """Find web addresses, with or without a scheme, in the order they stand."""
    if PERHAPS_A_LINK.search(text) is None:
        return ()
    return tuple(Span(m.index, m.last_index) for m in _finder().match(text) or ())


@cache
def _finder() -> LinkifyIt:
    # E-mail addresses are personal data, a matter for another rule.
    return LinkifyIt({"mailto:": None}, {"fuzzy_email": False}).tlds(list(TLDS))
