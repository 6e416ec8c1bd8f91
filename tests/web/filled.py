"""What a browser would send of a form that nobody has touched."""

from __future__ import annotations

from html.parser import HTMLParser

CRLF = "\r\n"


class Filled(HTMLParser):
    """Reads the fields of the form that leads to an address."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.fields = path, dict[str, list[str]]()
        self._inside = False
        self._text: list[str] | None = None
        self._name = self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = has.get("action", "").partition("?")[0] == self.path
        if not self._inside:
            return
        if tag == "input" and "name" in has:
            if has.get("type") not in ("checkbox", "radio") or "checked" in has:
                self._add(has["name"], has.get("value", ""))
        elif tag == "textarea":
            self._name, self._text = has["name"], []
        elif tag == "select":
            self._select = has["name"]
        elif tag == "option" and "selected" in has:
            self._add(self._select, has["value"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._text is not None:
            # The first line break is the tag's, and browsers end lines in their own way.
            text = "".join(self._text).removeprefix("\n")
            self._add(self._name, CRLF.join(text.split("\n")))
            self._text = None
        elif tag == "form":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def _add(self, name: str, value: str) -> None:
        self.fields.setdefault(name, []).append(value)


def filled(page: str, path: str) -> dict[str, list[str]]:
    """Give the fields of a form, each with what it would send, but for the token."""
    reader = Filled(path)
    reader.feed(page)
    reader.fields.pop("csrf_token", None)
    return reader.fields
