"""What several commands begin with: the settings, and the database they name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from modsvc.config import Settings
    from modsvc.core.screening import Scorer
    from modsvc.store.db import Database


def open_database(url: str | None = None) -> Database:
    """Open the database the settings name, and see that its schema is the one we need.

    Raises
    ------
    ModsvcError
        It cannot be used; says why and what to do.
    """
    from modsvc.config import Settings
    from modsvc.store import schema
    from modsvc.store.db import Database

    database = Database(url or Settings.from_environment().database_url)
    schema.migrate(database)
    return database


def open_scorer(settings: Settings, encoder: str | None = None) -> Scorer:
    """Open what judges here and now, where nothing is judged again later: `late` is `all`.

    `encoder` is `all` or `off`, in place of what the settings say.

    Raises
    ------
    ModelInvalid
        A stage cannot judge. A service would go on without the second; what a person waits for says
        so, unless that stage is not installed and nobody asked for it.
    """
    from modsvc.app import open_model
    from modsvc.classifier.stages import open_both
    from modsvc.config import OFF
    from modsvc.errors import EncoderUnavailable

    linear = open_model(settings)
    chosen = encoder or settings.encoder
    if chosen == OFF:
        return linear
    try:
        return open_both(linear)
    except EncoderUnavailable:
        if chosen is not None:
            raise
        return linear


def where() -> str:
    """Say which database the settings name, without its password."""
    from modsvc.config import Settings
    from modsvc.store.db import Database

    return Database(Settings.from_environment().database_url).url.render_as_string()


@contextmanager
def writing(url: str | None = None) -> Iterator[Connection]:
    """Open the database for one transaction that writes."""
    database = open_database(url)
    try:
        with database.write() as db:
            yield db
    finally:
        database.close()
