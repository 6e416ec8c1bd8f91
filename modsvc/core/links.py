"""The links of a text: where they stand, and whose domains they lead to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import islice

from linkify_it import LinkifyIt
from linkify_it.tlds import TLDS
from publicsuffixlist import PublicSuffixList

from modsvc.core.signals import MAX_SPANS, Span

# Every link the finder knows has one of these. Most comments have neither: their full stops end
# sentences. Looking for links costs more than all other rules together.
_PERHAPS = re.compile(r"\.[^\s.]|//")
_PLACE = re.compile(r"\S+")
# Addresses that were made to be read and not clicked, or not to be found: "hxxp://a[.]example".
_DEFANGED = re.compile(r"[\[({]\.[\])}]|(?<![^\W_])hxxp(?=s?:)", re.IGNORECASE)
# What comes before an @ is no host, whatever it looks like.
_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//(?:[^/?#@]*@)?([^/?#:@]+)", re.IGNORECASE)
# A link has no more to say than this, and a text no more than so many places that may be one: the
# finder takes 5 µs for each character, and a stranger chooses how many there are.
_LONGEST, _MOST_PLACES, _MOST_CHARS = 500, 2 * MAX_SPANS, 4_000


@dataclass(frozen=True, slots=True)
class Link:
    """A link: where it stands, the host it leads to, and the domain that somebody registered.

    Both are lower-case, in letters where they are written in Punycode. `domain` is empty for a
    host that nobody registers, such as an IP address.
    """

    span: Span
    host: str
    domain: str


def find_links(text: str) -> tuple[Link, ...]:
    """Find web addresses, with or without a scheme, in the order they stand; at most MAX_SPANS.

    Of a text with more places that may be links than are looked at, each of those left counts as a
    link to nowhere: what was not looked at is not passed over.
    """
    if _PERHAPS.search(text) is None:
        return ()
    found: list[Link] = []
    budget = _MOST_CHARS
    places = (each for each in _PLACE.finditer(text) if _PERHAPS.search(each[0]))
    for place in islice(places, _MOST_PLACES):
        if len(found) == MAX_SPANS:
            break
        written = place[0][:_LONGEST]
        budget -= len(written)
        if budget < 0 or len(place[0]) > _LONGEST:
            found.append(Link(Span(*place.span()), "", ""))
        elif _DEFANGED.search(written):
            plain = _DEFANGED.sub(_mended, written)
            found += [Link(Span(*place.span()), *_whose(url)) for _, _, url in _found(plain)][:1]
        else:
            at = place.start()
            found += [Link(Span(at + a, at + b), *_whose(url)) for a, b, url in _found(written)]
    return tuple(found[:MAX_SPANS])


def domain_of(host: str) -> str:
    """Give the part of a host's name that somebody registered; empty where nobody did."""
    return _suffixes().privatesuffix(host) or ""


def in_letters(host: str) -> str:
    """Write a host's name in lower case, and what is in Punycode in letters."""
    plain = host.lower().rstrip(".")
    try:
        return plain.encode("ascii").decode("idna") if "xn--" in plain else plain
    except UnicodeError:
        return plain


def _mended(mark: re.Match[str]) -> str:
    return "." if "." in mark[0] else "http"


def _found(written: str) -> list[tuple[int, int, str]]:
    return [(m.index, m.last_index, m.url) for m in _finder().match(written) or ()]


def _whose(url: str) -> tuple[str, str]:
    found = _HOST.match(url)
    host = in_letters(found[1]) if found else ""
    return host, domain_of(host)


@cache
def _finder() -> LinkifyIt:
    # E-mail addresses are personal data, a matter for another rule.
    return LinkifyIt({"mailto:": None}, {"fuzzy_email": False}).tlds(list(TLDS))


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)
