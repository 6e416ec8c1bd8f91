"""The text of what comment systems keep as HTML."""

from __future__ import annotations

import html
import re

# The mark-up that comment systems let readers use. All else that looks like a tag was written by
# somebody to be read, and is: what is not read must not be approved.
_BREAKS = re.compile(r"<(?:br\s*/?|/(?:p|div|li|blockquote|h[1-6]))>", re.IGNORECASE)
_ATTRIBUTES = r"""(?:\s+(?:class|title|target|rel)=(?:"[^"]*"|'[^']*'))*"""
_TITLE = re.compile(r"""\stitle=(["'])(.*?)\1""", re.IGNORECASE)
_TAGS = re.compile(
    rf"""
      </?(?:p|div|li|ul|ol|blockquote|h[1-6]|b|strong|i|em|u|s|strike|del|span|code|pre
        |abbr|acronym|cite|q|sub|sup){_ATTRIBUTES}\s*>
    | <a{_ATTRIBUTES}\s+href=(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'){_ATTRIBUTES}\s*>
        (?P<shown>[^<]*)(?:</a>)?
    | </a>
    """,
    re.IGNORECASE | re.VERBOSE,
)
_INLINE = re.compile(
    r"</?(?:a|abbr|b|code|em|i|mark|s|span|strong|sub|sup|u)\b[^<>]*>", re.IGNORECASE
)
_ANY_TAG = re.compile(r"<!--.*?-->|<[^<>]*>", re.DOTALL)


def plain(body: str) -> str:
    """Give the text of a body that may be HTML: mark-up is left out, and links are written out."""
    if "<" not in body and "&" not in body:
        return body
    broken = _BREAKS.sub("\n", body)
    bare = _TAGS.sub(_bare, broken)
    return html.unescape(bare).strip() if bare.strip() else body


def _bare(tag: re.Match[str]) -> str:
    """Give what is read of a tag: its title, a link's address and its text; what agrees, once."""
    address, shown = tag["double"] or tag["single"] or "", tag["shown"] or ""
    title = _TITLE.search(tag[0].partition(">")[0])
    hidden = dict.fromkeys(each.strip() for each in (address, title[2] if title else ""))
    told = [each for each in hidden if each not in ("", shown.strip())]
    return f" {' '.join(told)} {shown}" if told else shown


def without_tags(article: str) -> str:
    """Give the text of an article's HTML, where all that looks like a tag is one."""
    bare = html.unescape(_ANY_TAG.sub(" ", _INLINE.sub("", article)))
    return " ".join(bare.split())
