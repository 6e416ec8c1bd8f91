"""What must be left behind when a process forks, as `gunicorn --preload` does."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable


def at_fork(method: Callable[[], None]) -> None:
    """Call an object's method in every child, for as long as the object lives."""
    reference = weakref.WeakMethod(method)

    def in_child() -> None:
        if (alive := reference()) is not None:
            alive()

    os.register_at_fork(after_in_child=in_child)
