"""Reads large XML files element by element, each forgotten when the next one comes.

Expat opens nothing that a document names, and stops entities that grow (since 2.4.1); here a
document that declares any is refused. https://libexpat.github.io/doc/expat-internals-encodings/
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import chain
from xml.parsers import expat

from modsvc.errors import ExportInvalid
from modsvc.exports.found import Lines

# What no XML may hold and exporters write all the same: control characters of readers' texts.
_NEVER = bytes(n for n in range(32) if n not in b"\t\n\r")


@dataclass(slots=True)
class Element:
    """An element with its name as it stands in the file, such as `wp:comment`."""

    name: str
    attributes: dict[str, str]
    line: int
    parts: list[str] = field(default_factory=list)
    children: list[Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text directly in it."""
        return "".join(self.parts).strip()

    def all(self, name: str) -> Iterator[Element]:
        """Yield the elements directly in it that have a name."""
        return (child for child in self.children if child.name == name)

    def first(self, name: str) -> Element:
        """Give the first element in it that has a name; an empty one where there is none."""
        return next(self.all(name), Element(name, {}, self.line))

    def get(self, name: str) -> str:
        """Give the text of the first element in it that has a name; empty where there is none."""
        return self.first(name).text


def elements(lines: Lines, root: str, wanted: Collection[str]) -> Iterator[Element]:
    """Yield the elements that have one of the `wanted` names, as they end.

    Raises
    ------
    ExportInvalid
        It is no XML, or its outermost element is not `root`; what came before was yielded.
    """
    reading = _Reading(root, wanted)
    for piece in chain(lines, [b""]):
        damage = reading.read(piece)
        # Also what was whole before the damage.
        yield from reading.done()
        if damage is not None:
            raise damage


class _Reading:
    def __init__(self, root: str, wanted: Collection[str]) -> None:
        self._root, self._wanted = root, wanted
        self._open: list[Element] = []
        self._done: list[Element] = []
        self._is_first = True
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.EntityDeclHandler = self._refuse

    def read(self, piece: bytes) -> ExportInvalid | None:
        """Read a piece of the file, and say what is wrong with it if anything is."""
        try:
            self.parser.Parse(piece.translate(None, _NEVER), not piece)
        except expat.ExpatError as error:
            said = expat.ErrorString(error.code)
            return ExportInvalid(f"line {error.lineno}, column {error.offset + 1}: {said}")
        except ExportInvalid as error:
            return error
        return None

    def done(self) -> list[Element]:
        """Give what has ended since it was asked last."""
        found, self._done = self._done, []
        return found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._is_first and name != self._root:
            raise ExportInvalid(
                f"it begins with <{name[:50]}>, and such an export with <{self._root}>"
            )
        self._is_first = False
        # What is in none of the wanted elements is not kept.
        if self._open or name in self._wanted:
            element = Element(name, attributes, self.parser.CurrentLineNumber)
            if self._open:
                self._open[-1].children.append(element)
            self._open.append(element)

    def _end(self, _name: str) -> None:
        if self._open:
            element = self._open.pop()
            if not self._open:
                self._done.append(element)

    def _text(self, text: str) -> None:
        if self._open:
            self._open[-1].parts.append(text)

    def _refuse(self, *_: object) -> None:
        raise ExportInvalid(
            f"line {self.parser.CurrentLineNumber}: it declares an entity, which no export needs"
        )
