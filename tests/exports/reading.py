"""Reads an export from a string, as the command line reads it from a file."""

from __future__ import annotations

from collections.abc import Mapping

from modsvc.core.past import Past
from modsvc.exports import READERS, Found


def read(system: str, text: str | bytes, **beside: str) -> list[Found]:
    """Read an export; other files of it by their names."""
    files: Mapping[str, bytes] = {name: each.encode() for name, each in beside.items()}
    whole = text if isinstance(text, bytes) else text.encode()
    return list(
        READERS[system](
            whole.splitlines(keepends=True),
            lambda name: files.get(name, b"").splitlines(keepends=True),
        )
    )


def only(found: list[Found]) -> Past:
    """Give the one comment that was found."""
    (past,) = found
    assert isinstance(past, Past), past
    return past
