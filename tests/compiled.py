"""What every application of a test run would compile anew, compiled once: templates and addresses.

A run makes thousands of applications, and this is most of what each of them costs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule


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
