"""JSON lines: one object a line, each read by a schema, and a sentence about each that is none."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from typing import Any

import orjson
from marshmallow import Schema, ValidationError


def read_lines(lines: Iterable[bytes], schema: Schema) -> Iterator[tuple[int, Any]]:
    """Yield each line's number, and what the schema makes of it or a sentence that says why not.

    Empty lines are skipped.
    """
    for number, line in enumerate(lines, start=1):
        # Some programs begin a file with a mark that says it is UTF-8.
        text = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
        if not text.strip():
            continue
        try:
            yield number, schema.load(orjson.loads(text))
        except orjson.JSONDecodeError as error:
            yield number, f"this is not JSON: {error}"
        except ValidationError as error:
            yield number, sentence(error.normalized_messages())


def sentence(messages: Any, path: str = "") -> str:
    """Say in one line which fields are wrong."""
    if isinstance(messages, dict):
        return " ".join(
            sentence(inner, path if name == "_schema" else f"{path}.{name}".lstrip("."))
            for name, inner in messages.items()
        )
    said = " ".join(map(str, messages)) if isinstance(messages, list) else str(messages)
    return f"{path}: {said}" if path else said
