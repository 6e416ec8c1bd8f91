"""Brings the catalogues up to date with what the pages say: `make translations`.

What is new is added without a translation, what is gone is taken out, and no other line changes.
Comments at the top of a catalogue, and translations, are their translators'.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from modsvc import words
from modsvc.core import faults, labels, messages, review
from modsvc.core.expressions.variables import TYPES, VARIABLES
from modsvc.core.sentence import Sentence
from modsvc.web import wording
from modsvc.web.translations import FOLDER, path_of

ROOT = Path(__file__).parents[3]
METHODS = [("modsvc/web/templates/**.html", "jinja2"), ("modsvc/**.py", "python")]
OPTIONS = {"jinja2": {"silent": "false"}}
# `Sentence` is how the core, which knows no languages, says things to people.
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "Sentence": None,
    "lazy_gettext": None,
    "lazy_pgettext": ((1, "c"), 2),
}
Text = str | tuple[str, ...]
# Texts that are kept in tables, by the module that has them.
TABLES: Mapping[str, Sequence[Mapping[Any, Text]]] = {
    "modsvc/core/expressions/variables.py": (
        {name: name for name in TYPES},
        {n: v.meaning for n, v in VARIABLES.items() if not isinstance(v.meaning, Sentence)},
    ),
    "modsvc/core/faults.py": (faults.FAULTS,),
    "modsvc/core/labels.py": (labels.LABELS,),
    "modsvc/core/messages.py": (messages.MESSAGES, messages.OF_ONE, messages.CONTEXT),
    "modsvc/core/review.py": (review.REJECTIONS,),
    "modsvc/web/wording.py": (wording.SHORT, wording.STANDING),
    "modsvc/words/__init__.py": ({n: each.author for n, each in words.FOLDERS.items()},),
}
WIDTH = 100
UNTOLD = (b'"Project-', b'"Report-', b'"POT-', b'"PO-', b'"Last-', b'"Generated-')


def said() -> Catalog:
    """Gather what the pages say."""
    catalogue = Catalog()
    for path, _line, text, comments, context in _found():
        catalogue.add(text, locations=[(path, 0)], auto_comments=comments, context=context)
    return catalogue


def up_to_date(path: Path) -> bytes:
    """Give a catalogue as it should be: of what the pages say now, with the translations it has."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parent.parent.name)
    catalogue.update(said(), no_fuzzy_matching=True, update_creation_date=False)
    written = BytesIO()
    write_po(
        written,
        catalogue,
        width=WIDTH,
        sort_output=True,
        ignore_obsolete=True,
        include_lineno=False,
    )
    # Of the header only what programs need: dates and names would differ with every run.
    lines = written.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(UNTOLD))


def _found() -> Iterator[tuple[str, int, Text, list[str], str | None]]:
    yield from extract_from_dir(
        ROOT, method_map=METHODS, options_map=OPTIONS, keywords=KEYWORDS, comment_tags=("i18n:",)
    )
    for path, tables in TABLES.items():
        for table in tables:
            yield from ((path, 0, text, [], None) for text in table.values())


def main() -> int:
    """Write every catalogue anew, and say how many of its texts have no translation."""
    for folder in sorted(each.name for each in FOLDER.iterdir() if path_of(each.name).is_file()):
        path = path_of(folder)
        path.write_bytes(up_to_date(path))
        with path.open("rb") as file:
            missing = [each.id for each in read_po(file) if each.id and not _is_whole(each.string)]
        sys.stdout.write(f"{path.relative_to(ROOT)}: {len(missing)} without a translation\n")
    return 0


def _is_whole(text: object) -> bool:
    return all(text) if isinstance(text, tuple | list) else bool(text)


if __name__ == "__main__":
    sys.exit(main())
