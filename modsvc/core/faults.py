"""Faults: signals that say a part could not run. They always hold; none can be tuned away."""

from __future__ import annotations

import traceback

from modsvc.core.signals import Signal

FAULTS: dict[str, str] = {
    "classifier.unavailable": "The classifier could not run, so nothing was scored.",
    "second_look.failed": "It would be stopped, and a second look at it could not run.",
    "history.unavailable": "What is known of the author and of like comments could not be had.",
    "policy.unavailable": "The site's policy cannot be read, so it was not judged by it.",
    "rule.failed": "A rule could not run, so it was not checked.",
    "text.unreadable": "The text unfolds to more than can be read.",
}


class Unfinished(Exception):
    """A rule did not look at everything; `signal` is what it noticed all the same, if anything.

    `name` is the editor's own of what failed; empty where nothing of theirs did.
    """

    def __init__(self, signal: Signal | None, name: str = "") -> None:
        super().__init__(name)
        self.signal, self.name = signal, name


def place(error: BaseException) -> str:
    """Name an error and where it arose, without its message: that may quote the comment."""
    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1]
    return f"{type(error).__name__} at {last.filename.rpartition('/')[2]}:{last.lineno}"
