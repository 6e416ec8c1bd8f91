"""The catalogues: what the pages say in other languages than English, which they are written in.

A catalogue is read as its translator wrote it, `<language>/LC_MESSAGES/messages.po`, once in each
process and when a page first needs it. Nothing is compiled ahead, so nothing can be out of step.
`make translations` brings the catalogues up to date.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.support import NullTranslations, Translations
from flask_babel import Domain, get_locale

FOLDER = Path(__file__).parent


class Catalogues(Domain):
    """Gives Flask-Babel the catalogue of the language that is spoken."""

    def get_translations(self) -> NullTranslations:
        """Give what is said in place of English."""
        locale = get_locale()
        return read(locale.language) if locale else NullTranslations()


def path_of(language: str) -> Path:
    """Give where the catalogue of a language lies."""
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


@cache
def read(language: str) -> NullTranslations:
    """Read the catalogue of a language; one that has none is English."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    path = path_of(language)
    if not path.is_file():
        return NullTranslations()
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)
