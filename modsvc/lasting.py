"""What lasts as long as the process: nothing of it is garbage."""

from __future__ import annotations

import gc


def keep_out_of_collections() -> None:
    """Let the garbage collector look no more at what there is by now.

    It went through the model, the rules and all that was imported again and again, 70 ms each time,
    and whoever asked meanwhile waited. Pages shared with forked processes stay shared, too
    (https://docs.python.org/3/library/gc.html#gc.freeze).
    """
    gc.collect()
    gc.freeze()
