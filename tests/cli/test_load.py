from __future__ import annotations

import gc

from modsvc.cli.serve import load
from modsvc.config import Settings


def test_a_collection_goes_through_nothing_that_lasts_as_long_as_the_process(
    sqlite_url: str,
) -> None:
    app = load(Settings(sqlite_url, encoder="off"), "")
    parts = app.extensions["modsvc"]
    try:
        seen = {id(each) for each in gc.get_objects()}
        assert not seen & {id(app), id(parts), id(vars(app))}
    finally:
        parts.close()
        gc.unfreeze()
