"""What every test would make anew and none changes, made once: frames, templates, statements.

A run makes thousands of applications and databases, and this is most of what each of them costs.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from modsvc import app as building
from modsvc.config import Settings
from modsvc.store.db import Database

MOST_STATEMENTS = 10_000  # More than there are.


class Compiled(BytecodeCache):
    """What templates were compiled to, in memory. It is asked for by a template's whole text."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if kept := self._kept.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


COMPILED = Compiled()


def compile_rules_once() -> None:
    """Let rules of the same parts share the code that builds their addresses.

    It depends on nothing else: the rule itself is what the code is bound to.
    """
    compile_builder: Callable[..., Any] = Rule._compile_builder  # noqa: SLF001
    compiled: dict[object, Callable[..., Any]] = {}

    def compile_once(self: Rule, append_unknown: bool = True) -> Callable[..., Any]:
        parts = (tuple(self._trace), repr(self.defaults), append_unknown)
        if parts not in compiled:
            compiled[parts] = compile_builder(self, append_unknown)
        return compiled[parts]

    Rule._compile_builder = compile_once  # type: ignore[method-assign]  # noqa: SLF001


class Frames:
    """Applications without their parts, lent to one test after the other.

    All are for the same settings, as far as a frame depends on them. A test that would leave
    something in one, or somebody who goes on asking it, has a new one.
    """

    def __init__(self) -> None:
        self._free: list[Flask] = []

    def lend(self, settings: Settings, *, new: bool = False) -> Flask:
        if self._free and not new:
            return self._free.pop()
        app = building.frame(settings)
        app.jinja_env.bytecode_cache = COMPILED
        return app

    def take_back(self, app: Flask) -> None:
        app.secret_key = None  # It was the database's.
        self._free.append(app)


FRAMES = Frames()


def read_policies_once() -> None:
    """Read a policy of the same text from the same file once; nobody can change what is read."""
    building.read_policy = lru_cache(building.read_policy)  # type: ignore[attr-defined]


def compile_statements_once() -> None:
    """Let all databases of a kind share what statements were compiled to, and for what dialect."""
    make: Callable[..., None] = Database.__init__
    first: dict[str, sa.Engine] = {}

    def share(self: Database, url: str) -> None:
        make(self, url)
        kind, engine = self.url.get_backend_name(), self.engine
        if known := first.get(kind):
            engine.dialect, engine._compiled_cache = known.dialect, known._compiled_cache  # noqa: SLF001
            return
        engine._compiled_cache = LRUCache(MOST_STATEMENTS)  # noqa: SLF001
        # By then its dialect has learnt from the database what it needs to know.
        sa.event.listen(engine.pool, "first_connect", lambda *_: first.setdefault(kind, engine))

    Database.__init__ = share  # type: ignore[method-assign]
