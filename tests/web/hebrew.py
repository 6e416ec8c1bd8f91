"""A page as whoever chose Hebrew reads it."""

from __future__ import annotations

from html.parser import HTMLParser

from werkzeug.test import TestResponse

from tests.web.bare import NAMES, SHOWN, WORD

# What is not ours to translate: strangers' words and names, code, and what is kept as it was typed.
# What an editor has to write as it is, and how another language names itself.
CODES = {"hold", "reject", "normal", "strict", "premoderate", "closed", "en", "he"} | {
    *("news", "example", "English", "author"),
    # What has no other name in Hebrew.
    *("Coral", "QR", "Shift"),
}
THEIRS = {"bdi", "code", "pre", "textarea", "style"}
VOID = {"meta", "link", "input", "br", "line", "rect"}


class Read(HTMLParser):
    """Gathers what is ours of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.ours: list[str] = []
        self._inside: list[bool] = [False]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        theirs = self._inside[-1] or tag in THEIRS
        theirs |= has.get("dir") == "auto" or (has.get("lang") == "en" and tag != "html")
        theirs |= bool({"said", "excerpt", "hidden"} & set(has.get("class", "").split()))
        if not theirs or tag == "mark":  # What marks a stranger's words is ours.
            self.ours += [has[name] for name in SHOWN & has.keys()]
        if tag not in VOID:
            self._inside.append(theirs)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside[-1]:
            self.ours.append(data)


def english(page: TestResponse) -> set[str]:
    """Give the words of a page that are ours and in English, but for names."""
    reader = Read()
    reader.feed(page.text)
    return set(WORD.findall(" ".join(reader.ours))) - NAMES - CODES


def look(page: TestResponse, *, status: int = 200) -> None:
    assert page.status_code == status
    assert '<html lang="he" dir="rtl">' in page.text
    assert english(page) == set(), english(page)
