"""Sentence: English for people that knows its pattern, so that a page can say it otherwise."""

from __future__ import annotations


class Sentence(str):
    """A text that reads as any other, and knows its pattern and what was put into that.

    Programs, logs and the command line read it in English. A page in another language has a pattern
    of its own for this one, and puts the same values into it.

    Parameters
    ----------
    pattern : str
        English, with the values by their names: "there is no case {case}".
    """

    __slots__ = ("pattern", "values")

    pattern: str
    values: dict[str, object]

    def __new__(cls, pattern: str, **values: object) -> Sentence:
        """Put the values into the pattern."""
        made = super().__new__(cls, pattern.format_map(values))
        made.pattern, made.values = pattern, values
        return made
