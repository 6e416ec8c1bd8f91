"""English in a template that no catalogue would ever see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from jinja2 import Environment, nodes

# A stand-in for what an expression gives.
GIVEN = "\0"
WORD = re.compile(r"[A-Za-z]{2,}")
# What reads as a sentence or a title, wherever in a template it stands.
TITLE = re.compile(r"[A-Z][a-z]|[A-Za-z]{2,},? [A-Za-z]{2,}")
# What a macro that writes attributes writes, which has no tag around it.
ATTRIBUTE = re.compile(r'\s[a-z-]+="[^"]*"')
TRANSLATING = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
# Attributes that are read out or shown.
SHOWN = {"title", "aria-label", "placeholder", "alt", "aria-roledescription"}
# Names, which no language changes; and how texts in a policy are written.
NAMES = {"modsvc", "TOML", "UTC"}


def bare_texts(source: str) -> list[str]:
    """Give the texts of a template that are shown as they are in every language."""
    tree = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(source)
    page = _Page()
    page.feed("".join(_shown(tree)))
    page.close()
    untold = (const for const in _constants(tree) if TITLE.search(const))
    return [each for each in (*page.found, *untold) if set(WORD.findall(each)) - NAMES]


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._code = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._code += tag in ("code", "pre")
        self.found += [value.strip(GIVEN) for name, value in attrs if name in SHOWN and value]

    def handle_endtag(self, tag: str) -> None:
        self._code -= tag in ("code", "pre")

    def handle_data(self, data: str) -> None:
        if not self._code:
            data = ATTRIBUTE.sub("", data)
            self.found += filter(None, map(str.strip, data.split(GIVEN)))


def _shown(node: nodes.Node) -> Iterator[str]:
    """Give what a template writes, with a stand-in for all that it is given."""
    if isinstance(node, nodes.TemplateData):
        yield node.data
    elif isinstance(node, nodes.Output):
        for each in node.nodes:
            yield from _shown(each) if isinstance(each, nodes.TemplateData) else _written(each)
    else:
        for child in node.iter_child_nodes():
            yield from _shown(child)


def _written(node: nodes.Node) -> Iterator[str]:
    """Give the constants that an expression may write."""
    if isinstance(node, nodes.Const):
        yield str(node.value)
    elif isinstance(node, nodes.CondExpr):
        for branch in (node.expr1, node.expr2):
            if branch is not None:
                yield from (*_written(branch), GIVEN)
    elif isinstance(node, nodes.Concat):
        for each in node.nodes:
            yield from _written(each)
    elif isinstance(node, nodes.Or | nodes.And | nodes.Add):
        yield from (*_written(node.left), GIVEN, *_written(node.right))
    elif isinstance(node, nodes.Filter) and node.node is not None:
        yield from _written(node.node)
    else:
        yield GIVEN


def _constants(node: nodes.Node) -> Iterator[str]:
    """Give all texts of a template's expressions that are not translated."""
    if isinstance(node, nodes.Call) and getattr(node.node, "name", "") in TRANSLATING:
        for keyword in node.kwargs:
            yield from _constants(keyword)
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    for child in node.iter_child_nodes():
        yield from _constants(child)
