"""What the library finds wrong with an expression, in words an editor knows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from modsvc.core.expressions.language import FUNCTIONS, TYPES
from modsvc.core.expressions.reading import ExpressionInvalid, Token, invalid, usage
from modsvc.core.expressions.variables import NUMBER, TEXT, WHOLE, YES_OR_NO
from modsvc.core.sentence import Sentence

_ERROR = re.compile(r"\w+: ERROR: <input>:(\d+):(\d+): (.*)")
_MISMATCH = re.compile(r"found no matching overload for '(.+?)' applied to '(.*)'")
_UNDECLARED = re.compile(rf"undeclared reference to '\.?({'|'.join(FUNCTIONS)})'")
_SAID_OF_TYPES = {
    TYPES[NUMBER]: Sentence("a number"),
    TYPES[WHOLE]: Sentence("a whole number"),
    TYPES[TEXT]: Sentence("a text"),
    TYPES[YES_OR_NO]: Sentence("yes or no"),
}
_A_LIST = Sentence("a list")

_WANTS = {
    **dict.fromkeys(("_<_", "_<=_", "_>_", "_>=_"), Sentence("compares two numbers")),
    **dict.fromkeys(("_==_", "_!=_"), Sentence("compares two of a kind")),
    **dict.fromkeys(("_&&_", "_||_"), Sentence("joins two that are yes or no")),
    **dict.fromkeys(("_+_", "_-_", "_*_"), Sentence("takes two numbers, both whole or neither")),
    "_/_": Sentence("divides numbers that are not whole, so that no rest is lost"),
    "_%_": Sentence("takes two whole numbers"),
    "-_": Sentence("stands before a number"),
    "!_": Sentence("stands before what is yes or no"),
    "_?_:_": Sentence("chooses by what is yes or no, between two of a kind"),
    "@in": Sentence(
        'looks for a text or a whole number in a list of such, as in language in ["en", "de"]'
    ),
}
_ARITHMETIC = frozenset(("_+_", "_-_", "_*_", "_/_"))


def in_our_words(said: str, tokens: Sequence[Token], expression: str) -> ExpressionInvalid:
    """Put what the library said of an expression in our words, with its place."""
    found = _ERROR.match(said)
    if found is None:  # What has no place is a limit.
        return ExpressionInvalid(
            Sentence("it is nested too deeply, or has too many parts in a row")
        )
    line, column, what = int(found[1]), int(found[2]), found[3]
    lines = expression.split("\n")
    at = sum(len(each) + 1 for each in lines[: line - 1]) + column - 1
    token = _token_at(at, tokens)
    if what.startswith("Syntax error"):
        if token is None:
            last = tokens[-1]
            wrong = Sentence("something must follow {text}", text=last.text)
            return invalid(wrong, expression, last.start + len(last.text))
        wrong = Sentence("{text} is not expected here", text=token.text)
        return invalid(wrong, expression, token.start)
    return invalid(_reason(what), expression, token.start if token else at)


def _token_at(at: int, tokens: Sequence[Token]) -> Token | None:
    """Give the token at an offset; of a call, whose mark is its bracket, the function's name."""
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.start <= at < token.start + len(token.text):
            return before if before and before.kind == "name" and token.text == "(" else token
    return None


def _reason(what: str) -> str:
    if mismatch := _MISMATCH.match(what):
        return _mismatch(mismatch[1], mismatch[2])
    if "'_[_]'" in what:
        return Sentence('a list stands after in, as in language in ["en", "de"]')
    if undeclared := _UNDECLARED.match(what):
        return usage(undeclared[1])
    if "literal" in what:
        return Sentence("this number is too large")
    return Sentence("this cannot be understood")


def _mismatch(operator: str, given: str) -> str:
    types = re.findall(r"\w+(?:\(.*?\))?", given)
    if operator in FUNCTIONS:
        return usage(operator)
    has = _and([_SAID_OF_TYPES.get(each, _A_LIST) for each in types])
    sign = operator.strip("_@").replace("_", " ")
    told = {"sign": sign, "wants": _WANTS[operator], "has": has}
    if operator in _ARITHMETIC and "int" in types and set(types) <= {"int", "double"}:
        return Sentence(
            "{sign} {wants}; here it has {has}: write 2.0 for 2, and double(links) for links",
            **told,
        )
    return Sentence("{sign} {wants}; here it has {has}", **told)


def _and(said: Sequence[Sentence]) -> Sentence:
    first, *others = said
    return Sentence("{one} and {others}", one=first, others=_and(others)) if others else first
