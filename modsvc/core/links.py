"""The links of a text: where they stand, and whose domains they lead to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from linkify_it import LinkifyIt
from linkify_it.tlds import TLDS
from publicsuffixlist import PublicSuffixList

from modsvc.core.signals import MAX_SPANS, Span

# Every link the finder knows has one of these. Most comments have neither: their full stops end
# sentences. Looking for links costs more than all other rules together.
_PERHAPS = re.compile(r"\.[^\s.]|//")
_PLACE = re.compile(r"[^\s<>\"']+")
# What was written not to be found and is followed all the same: "hxxp://a[.]example", a dot of
# another script, an address behind an attribute, two slashes too few. What comes before the last @
# is no host, whatever it looks like.
_MENDED = (
    (re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]"), ""),
    (re.compile(r"[\[({]\.[\])}]|[\u3002\uff0e\uff61]"), "."),
    (re.compile(r"(?<![^\W_])hxxp(?=s?:)", re.IGNORECASE), "http"),
    (re.compile(r"(?<![^\W_])(https?):/?(?=[^/\s])", re.IGNORECASE), r"\1://"),
    (re.compile(r"=(?=(?:https?:)?//)", re.IGNORECASE), " "),
    (re.compile(r"//[^/?#]*@"), "//"),
    (re.compile(r"(?<!http)(?<!https)(?<!ftp):(?=[^\W\d_])", re.IGNORECASE), ": "),
)
# A link without slashes ends in a name that the world's list of them has: what has none is none.
_LAST_NAME = re.compile(r"\.(xn--[\w-]+|[^\W\d_]{2,})", re.IGNORECASE)
# What an expression that minds no case takes for i, s and k besides.
_SMALL = str.maketrans("\u0130\u0131\u017f\u212a", "iisk")
_ENCODED = re.compile(r"%(?:2d|2e|[3-7][0-9a-f])", re.IGNORECASE)
_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//([^/?#:@]+)", re.IGNORECASE)
# A link has no more to say than this, and a text no more than so many places that may be one: the
# finder takes 1 µs for each character and 20 to begin with, and a stranger chooses how many.
_LONGEST, _MOST_PLACES, _TO_BEGIN, _MOST_US = 500, 2 * MAX_SPANS, 20, 2_400


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

    A text with more places that may be links than are looked at has as many links to nowhere as
    there can be: what was not looked at is not passed over.
    """
    if _PERHAPS.search(text) is None:
        return ()
    found: list[Link] = []
    budget = _MOST_US
    places = (each for each in _PLACE.finditer(text) if _PERHAPS.search(each[0]))
    for n, place in enumerate(places):
        written = place[0][:_LONGEST]
        mended = _mended(written)
        links: list[Link] = []
        if n < _MOST_PLACES and _may_be_link(mended):
            budget -= _TO_BEGIN + len(mended)
            links = _links_of(written, mended, place) if budget >= 0 else []
        if not links and (budget < 0 or n >= _MOST_PLACES or len(place[0]) > _LONGEST):
            found += [Link(Span(*place.span()), "", "")] * MAX_SPANS
        found += links
        if len(found) >= MAX_SPANS:
            break
    return tuple(found[:MAX_SPANS])


def _mended(written: str) -> str:
    mended = _ENCODED.sub(_decoded, written) if "//" in written else written
    for pattern, instead in _MENDED:
        mended = pattern.sub(instead, mended)
    return mended


def _may_be_link(mended: str) -> bool:
    return "//" in mended or any(map(_is_last, _LAST_NAME.findall(mended)))


def _links_of(written: str, mended: str, place: re.Match[str]) -> list[Link]:
    if mended == written:
        at = place.start()
        return [Link(Span(at + a, at + b), *_whose(url)) for a, b, url in _found(written)]
    return [Link(Span(*place.span()), *_whose(url)) for _, _, url in _found(mended)]


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


def _found(written: str) -> list[tuple[int, int, str]]:
    return [(m.index, m.last_index, m.url) for m in _finder().match(written) or ()]


def _whose(url: str) -> tuple[str, str]:
    found = _HOST.match(url)
    host = in_letters(found[1]) if found else ""
    return host, domain_of(host)


def _decoded(encoded: re.Match[str]) -> str:
    return chr(int(encoded[0][1:], 16))


@cache
def _finder() -> LinkifyIt:
    # E-mail addresses are personal data, a matter for another rule.
    return LinkifyIt({"mailto:": None}, {"fuzzy_email": False}).tlds(list(TLDS))


def _is_last(name: str) -> bool:
    return name[:4].lower() == "xn--" or name.translate(_SMALL).lower() in _last_names()


@cache
def _last_names() -> frozenset[str]:
    return frozenset(map(str.lower, TLDS))


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)
