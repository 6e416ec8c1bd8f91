"""Links: how many, where they lead, and whether they pretend to lead elsewhere."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable

from modsvc.core.comment import Subject
from modsvc.core.folding import CONFUSABLES, fold
from modsvc.core.links import Link
from modsvc.core.policy import Policy
from modsvc.core.signals import Signal

# What a glance takes for another letter, in the order in which they are replaced.
_ALIKE = (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"), ("i", "l"), ("5", "s"), ("-", ""))


def too_many_links(subject: Subject, policy: Policy) -> Signal | None:
    """Fire when the body has more links than the policy allows."""
    allowed = policy.limits.max_links
    if len(subject.links) <= allowed:
        return None
    return _signal("links.too_many", subject.links, allowed=allowed)


def banned(subject: Subject, policy: Policy) -> Signal | None:
    """Fire when a link leads to a domain that the policy bans, or to a part of it."""
    return _any("links.banned", subject, lambda link: _is_in(link, policy.links.banned))


def not_allowed(subject: Subject, policy: Policy) -> Signal | None:
    """Fire when the policy names the domains that links may lead to, and one leads elsewhere."""
    allowed = policy.links.allowed
    if not allowed:
        return None
    return _any("links.not_allowed", subject, lambda link: not _is_in(link, allowed))


def shortened(subject: Subject, policy: Policy) -> Signal | None:
    """Fire when a link hides where it leads behind a shortener."""
    return _any("links.shortener", subject, lambda link: _is_in(link, policy.links.shorteners))


def look_alike(subject: Subject, policy: Policy) -> Signal | None:
    """Fire when a link's domain is made to be taken for another.

    For one that the policy protects ("rny-bank.example"), or for any at all, when letters of
    another script spell it like Latin ones ("аррӏе.com").
    After Unicode Technical Standard 39, section 4, https://www.unicode.org/reports/tr39/
    """
    protected = {_skeleton(domain): domain for domain in policy.links.protected}
    return _any("links.look_alike", subject, lambda link: _pretends(link, protected))


def _pretends(link: Link, protected: dict[str, str]) -> bool:
    if not link.domain:
        return False
    meant = protected.get(_skeleton(link.domain))
    if meant is not None and meant != link.domain:
        return True
    name, _, suffix = link.domain.partition(".")
    # A Cyrillic name under a Cyrillic suffix is what it looks like.
    return suffix.isascii() and any(map(_is_foreign, name)) and _as_latin(name).isascii()


def _is_foreign(char: str) -> bool:
    return char.isalpha() and not unicodedata.name(char, "").startswith("LATIN ")


def _as_latin(name: str) -> str:
    return fold(name.translate(CONFUSABLES))


def _skeleton(domain: str) -> str:
    name, _, suffix = domain.partition(".")
    read = name if name.isascii() else _as_latin(name)
    for seen, taken_for in _ALIKE:
        read = read.replace(seen, taken_for)
    return f"{read}.{suffix}"


def _is_in(link: Link, domains: frozenset[str]) -> bool:
    """Tell whether a link leads to one of some domains, or to a part of one."""
    if not domains or not link.host:
        return False
    labels = link.host.split(".")
    return any(".".join(labels[i:]) in domains for i in range(len(labels)))


def _any(code: str, subject: Subject, test: Callable[[Link], bool]) -> Signal | None:
    found = [link for link in subject.links if test(link)]
    return _signal(code, found) if found else None


def _signal(code: str, links: Iterable[Link], **more: int) -> Signal:
    spans = tuple(link.span for link in links)
    return Signal(code, spans=spans, detail={"count": len(spans), **more})
