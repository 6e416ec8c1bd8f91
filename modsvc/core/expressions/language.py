"""What expressions may do with what they ask for: operators and functions, each with its types.

Nothing here can take long, however it is put together: no loops, no regular expressions (one that
RE2 finds too large costs 30 ms anew each time), nothing that makes a text or a list grow.

Unlike CEL as it comes, 0 and 0.5 may be compared with each other: the library's evaluator can, and
only its checker has to be told so. Whole numbers are not divided, since the rest would be lost.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from itertools import product

from cel_expr_python import cel

from modsvc.core.expressions.variables import NUMBER, TEXT, VARIABLES, WHOLE, YES_OR_NO

# The library's name of each type.
TYPES = {NUMBER: "double", WHOLE: "int", TEXT: "string", YES_OR_NO: "bool"}

# Functions, each as it is used. Those that stand after a point are METHODS.
FUNCTIONS: Mapping[str, str] = {
    "contains": 'article.section.contains("sport")',
    "startsWith": 'article.section.startsWith("sport")',
    "endsWith": 'article.section.endsWith("sport")',
    "size": "size(article.section)",
    "double": "double(links)",
}
METHODS = frozenset(("contains", "startsWith", "endsWith"))

_Takes = list[tuple[str, ...]]
_ANY_NUMBERS: _Takes = list(product(("int", "double"), repeat=2))
_ALIKE: _Takes = [("int", "int"), ("double", "double")]
# What each takes, and what it gives; None for the same.
_OPERATORS: dict[str, tuple[_Takes, str | None]] = {
    **{f"_{sign}_": (_ANY_NUMBERS, "bool") for sign in ("<", "<=", ">", ">=")},
    **{
        f"_{sign}_": ([*_ANY_NUMBERS, ("string", "string"), ("bool", "bool")], "bool")
        for sign in ("==", "!=")
    },
    **{f"_{sign}_": (_ALIKE, None) for sign in "+-*"},
    "-_": ([("int",), ("double",)], None),
    "_/_": ([("double", "double")], None),
    "_%_": ([("int", "int")], None),
    "@in": ([("string", "list<string>"), ("int", "list<int>")], "bool"),
    "size": ([("string",)], "int"),
    "double": ([("int",)], "double"),
    **{name: ([("string", "string")], "bool") for name in sorted(METHODS)},
}
# These come from the library as they are.
_LOGIC = ("_&&_", "_||_", "!_", "_?_:_")


@cache
def environment() -> cel.Env:
    """Give what compiles expressions; made when first needed, in some 20 ms and 6 MB."""
    config = {
        "name": "modsvc",
        "stdlib": {
            "disable_macros": True,
            "include_functions": [{"name": name} for name in _LOGIC],
        },
        "variables": [
            {"name": name, "type": TYPES[variable.type]} for name, variable in VARIABLES.items()
        ],
        "functions": [
            {
                "name": name,
                "overloads": [
                    _overload(f"{name}{i}", takes, gives or takes[0], name in METHODS)
                    for i, takes in enumerate(each)
                ],
            }
            for name, (each, gives) in _OPERATORS.items()
        ],
    }
    return cel.NewEnv(config=cel.NewEnvConfigFromYaml(json.dumps(config)))


def _overload(named: str, takes: tuple[str, ...], gives: str, is_method: bool) -> dict[str, object]:
    types = [{"type": each} for each in takes]
    told: dict[str, object] = {"id": named, "args": types, "return": {"type": gives}}
    if is_method:
        told.update(target=types[0], args=types[1:])
    return told
