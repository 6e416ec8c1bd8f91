"""Expressions: what an editor types in one line, such as `links >= 1 && author.age_days < 7`.

They are written in the Common Expression Language (https://cel.dev), or in as much of it as cannot
run long: `variables.py` has what may be asked for, `language.py` what may be done with it. Mistakes
are refused when they are saved: `reading.py` finds slips of the hand, and `complaints.py` puts what
the library finds in our words. `finding.py` asks all of them at once.
"""

from modsvc.core.expressions.finding import Expression, ExpressionFailed, Expressions
from modsvc.core.expressions.reading import MAX_CHARS, ExpressionInvalid
from modsvc.core.expressions.variables import VARIABLES, Variable

__all__ = [
    "MAX_CHARS",
    "VARIABLES",
    "Expression",
    "ExpressionFailed",
    "ExpressionInvalid",
    "Expressions",
    "Variable",
]
