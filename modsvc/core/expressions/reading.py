"""What an expression is made of, and the slips of the hand in it.

The library would refuse these too, with a list of what a parser might have wanted instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from modsvc.core.expressions.language import FUNCTIONS, METHODS
from modsvc.core.expressions.variables import VARIABLES
from modsvc.core.sentence import Sentence

MAX_CHARS = 1_000

# What is often written, and what it is written as here.
_SLIPS = {
    wrong: right
    for right, often in (
        ("==", ("=", "===", "is")),
        ("!=", ("<>", "≠")),
        (">=", ("=>", "≥")),
        ("<=", ("=<", "≤")),
        ("&&", ("&", "and", "AND")),
        ("||", ("|", "or", "OR")),
        ("!", ("not", "NOT")),
        ("in", ("IN",)),
        ("-", ("−", "–")),
        ("*", ("×",)),
        ("/", ("÷",)),
        ('"', tuple("“”„«»‘’`")),
        ("true", ("True", "TRUE", "yes")),
        ("false", ("False", "FALSE", "no")),
    )
    for wrong in often
}
_UNREADABLE = re.compile("[\0\ud800-\udfff]")
_TOKEN = re.compile(
    r"""
      (?P<space> [ \t\r\n\f]+ | //[^\n]* )
    | (?P<text> "(?:[^"\\\r\n]|\\.)*" | '(?:[^'\\\r\n]|\\.)*' )
    | (?P<number> (?: 0x[0-9a-fA-F]+ | (?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+) (?:[eE][+-]?[0-9]+)? ) \w* )
    | (?P<name> [A-Za-z_]\w* (?:\.[A-Za-z_]\w*)* )
    | (?P<slip> === | => | =< | <> )
    | (?P<sign> <= | >= | == | != | && | \|\| | [-+*/%<>!?:,.()\[\]] )
    """,
    re.VERBOSE | re.ASCII,
)
_NUMBER = re.compile(r"0x[0-9a-fA-F]+|[0-9.]+(?:[eE][+-]?[0-9]+)?")
_BAD_ESCAPE = re.compile(r"""(?:[^\\]|\\[\\"'])*+(\\)""")
_OPENS = {")": "(", "]": "["}
_WORDS = frozenset(("true", "false", "in"))


class ExpressionInvalid(ValueError):
    """It is no expression, or none that may be used here.

    `line` and `column` say where, from 1 on and in characters; None where that cannot be told.
    """

    def __init__(self, reason: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(reason)
        self.line = line
        self.column = column


class Token(NamedTuple):
    """A word, number, text or sign: its kind, how it is written, and the offset it starts at."""

    kind: str
    text: str
    start: int


def invalid(reason: str, expression: str, at: int) -> ExpressionInvalid:
    """Say what is wrong at an offset into an expression."""
    before = expression[:at]
    return ExpressionInvalid(reason, before.count("\n") + 1, at - before.rfind("\n"))


def tokens_of(expression: str) -> list[Token]:
    """Take an expression apart. Raises ExpressionInvalid."""
    if not expression.strip():
        raise ExpressionInvalid(Sentence("it is empty"))
    if len(expression) > MAX_CHARS:
        raise ExpressionInvalid(
            Sentence(
                "it has {count:,} characters; up to {most:,} are allowed",
                count=len(expression),
                most=MAX_CHARS,
            )
        )
    if unreadable := _UNREADABLE.search(expression):
        raise invalid(Sentence("here is a character that is none"), expression, unreadable.start())
    tokens = list(_tokens(expression))
    if not tokens:
        raise ExpressionInvalid(Sentence("it is empty"))
    return tokens


def variables_in(tokens: Sequence[Token], expression: str) -> frozenset[str]:
    """Give the variables it mentions. Raises ExpressionInvalid for what is called nothing here."""
    mentioned = set()
    end = Token("end", "", len(expression))
    for before, token, after, next_ in zip(
        [end, *tokens], tokens, [*tokens[1:], end], [*tokens[2:], end, end], strict=False
    ):
        is_called = after.text == "("
        if token.text == "." and not (after.kind == "name" and next_.text == "("):
            raise invalid(Sentence("a point is not expected here"), expression, token.start)
        if token.kind != "name" or token.text in _WORDS:
            continue
        name, dot, method = token.text.rpartition(".") if is_called else (token.text, "", "")
        is_method = bool(dot) or before.text == "."
        at = token.start + len(token.text) - len(method)
        if name and name not in VARIABLES:
            raise invalid(_unknown(name), expression, token.start)
        if is_called and method not in FUNCTIONS:
            raise invalid(_unknown_function(method), expression, at)
        if is_called and is_method != (method in METHODS):
            raise invalid(usage(method), expression, at)
        if name:
            mentioned.add(name)
    _check_brackets(tokens, expression)
    return frozenset(mentioned)


def _tokens(expression: str) -> Iterator[Token]:
    at = 0
    while at < len(expression):
        found = _TOKEN.match(expression, at)
        if found is None:
            raise invalid(_no_token(expression[at]), expression, at)
        token = Token(str(found.lastgroup), found[0], at)
        if token.kind != "space":
            _check(token, expression)
            yield token
        at = found.end()


def _no_token(char: str) -> str:
    if char in _SLIPS:
        return Sentence("write {right} for {wrong}", right=_SLIPS[char], wrong=char)
    if char in "\"'":
        return Sentence(
            "the text that begins here is not closed: {char} is missing at its end", char=char
        )
    if char in "{}":
        return Sentence("braces are not used here: a list is written [1, 2]")
    return Sentence("{char} means nothing here", char=char)


def _check(token: Token, expression: str) -> None:
    kind, text, start = token
    if kind == "slip" or (kind == "name" and text in _SLIPS):
        why = Sentence("write {right} for {wrong}", right=_SLIPS[text], wrong=text)
        raise invalid(why, expression, start)
    if kind == "number" and not _NUMBER.fullmatch(text):
        raise invalid(Sentence("{text} is no number", text=text), expression, start)
    if kind != "text":
        return
    if escape := _BAD_ESCAPE.match(text):
        raise invalid(
            Sentence("write \\\\ for a \\ in a text"), expression, start + escape.start(1)
        )
    if expression[start + len(text) : start + len(text) + 1] in ('"', "'"):
        raise invalid(Sentence("two texts stand side by side"), expression, start)


def _check_brackets(tokens: Sequence[Token], expression: str) -> None:
    open_: list[Token] = []
    for token in tokens:
        if token.kind != "sign":
            continue
        if token.text in _OPENS.values():
            open_.append(token)
        elif token.text in _OPENS:
            if not open_ or open_.pop().text != _OPENS[token.text]:
                wrong = Sentence("nothing was opened that this {sign} could close", sign=token.text)
                raise invalid(wrong, expression, token.start)
        elif token.text == "," and not (open_ and open_[-1].text == "["):
            wrong = Sentence(
                "a comma stands only in a list, as in [1, 2]; a number has a point, as in 0.4"
            )
            raise invalid(wrong, expression, token.start)
    if open_:
        last = open_[-1]
        why = Sentence("the {sign} that is opened here is not closed", sign=last.text)
        raise invalid(why, expression, last.start)


def _unknown(name: str) -> str:
    # Of "score.toxicity" people know one part or the other.
    near = [each for each in VARIABLES if name in each.split(".")]
    near = near or get_close_matches(name, VARIABLES, n=1)
    if near:
        return Sentence(
            "nothing is called '{name}': did you mean '{near}'?", name=name, near=near[0]
        )
    return Sentence("nothing is called '{name}'", name=name)


def _unknown_function(name: str) -> str:
    near = get_close_matches(name, FUNCTIONS, n=1)
    if near:
        return Sentence(
            "'{name}' is no function here: did you mean '{near}'?", name=name, near=near[0]
        )
    return Sentence(
        "'{name}' is no function here: there are {names}", name=name, names=", ".join(FUNCTIONS)
    )


def usage(function: str) -> str:
    """Say how a function is used that was used in another way."""
    return Sentence(
        "'{name}' is not used like this, but as in {example}",
        name=function,
        example=FUNCTIONS[function],
    )
