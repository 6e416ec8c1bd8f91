"""Expressions that are refused when they are saved, with their place and what was meant."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modsvc.core.decision import Action
from modsvc.core.expressions import (
    MAX_CHARS,
    VARIABLES,
    ExpressionFailed,
    ExpressionInvalid,
)
from modsvc.core.sentence import Sentence
from tests.core.test_expressions import USUAL, expressions


def refused(written: str) -> ExpressionInvalid:
    with pytest.raises(ExpressionInvalid) as caught:
        expressions(written)
    return caught.value


@pytest.mark.parametrize(
    ("written", "line", "column", "said"),
    [
        # Names.
        ("scor.toxicity > 1", 1, 1, "nothing is called 'scor.toxicity': did you mean 'score.tox"),
        ("links > 1 && score > 0.4", 1, 14, "did you mean 'score.toxicity'?"),
        ("insult > 0.4", 1, 1, "did you mean 'score.insult'?"),
        ("links > 1 ||\n  author.age > 2", 2, 3, "did you mean 'author.age_days'?"),
        ('language == "💥💥" && foo', 1, 21, "nothing is called 'foo'"),
        ("links.length > 1", 1, 1, "nothing is called 'links.length'"),
        ("null == links", 1, 1, "nothing is called 'null'"),
        ("int == int", 1, 1, "nothing is called 'int'"),
        ('b"x" == language', 1, 1, "nothing is called 'b'"),
        # Types.
        ("language > 1", 1, 10, "> compares two numbers; here it has a text and a whole number"),
        ("is_reply == 1", 1, 10, "== compares two of a kind; here it has yes or no and a whole"),
        ("1 < 2 < 3", 1, 7, "< compares two numbers; here it has yes or no and a whole number"),
        ("links && is_reply", 1, 7, "&& joins two that are yes or no"),
        ("!links", 1, 1, "! stands before what is yes or no; here it has a whole number"),
        ('- language == "a"', 1, 1, "- stands before a number; here it has a text"),
        ("links % 2.0 == 0", 1, 7, "% takes two whole numbers"),
        ("links / 2 > 1", 1, 7, "write 2.0 for 2, and double(links) for links"),
        ("score.spam * 2 > 1", 1, 12, "write 2.0 for 2, and double(links) for links"),
        ('"a" + "b" == language', 1, 5, "+ takes two numbers"),
        ("links ? true : false", 1, 7, "? : chooses by what is yes or no"),
        ('language in "en"', 1, 10, "in looks for a text or a whole number in a list of such"),
        ('links in ["en"]', 1, 7, "here it has a whole number and a list"),
        ("[1] == [1]", 1, 5, "here it has a list and a list"),
        ('language == "recursion" && links', 1, 25, "&& joins two"),
        ("links", None, None, "it gives no yes or no"),
        ('"sport"', None, None, "it gives no yes or no"),
        # Functions.
        ('language.matches("a")', 1, 10, "'matches' is no function here: there are contains,"),
        ("[1].all(x, x > 0)", 1, 5, "'all' is no function here"),
        ('language.startswith("a")', 1, 10, "did you mean 'startsWith'?"),
        ("language.size() == 2", 1, 10, "but as in size(article.section)"),
        ("size (links) == 2", 1, 1, "but as in size(article.section)"),
        ("size() == 2", 1, 1, "but as in size(article.section)"),
        ('contains("a")', 1, 1, "but as in article.section.contains("),
        ("links.contains('a')", 1, 1, "but as in article.section.contains("),
        ("links[0] == 1", 1, 6, "a list stands after in"),
        # Slips of the hand.
        ("links = 1", 1, 7, "write == for ="),
        ("links => 1", 1, 7, "write >= for =>"),
        ("links <> 1", 1, 7, "write != for <>"),
        ("links ≥ 1", 1, 7, "write >= for ≥"),
        ("links > 1 and is_reply", 1, 11, "write && for and"),
        ("not is_reply", 1, 1, "write ! for not"),
        ("is_reply == True", 1, 13, "write true for True"),
        ("language == “en”", 1, 13, 'write " for “'),
        ("score.toxicity > 0,4", 1, 19, "a number has a point"),
        ("links in (1, 2)", 1, 12, "a comma stands only in a list"),
        ("(links > 1\n&& (is_reply)", 1, 1, "the ( that is opened here is not closed"),
        ("links > 1)", 1, 10, "nothing was opened that this ) could close"),
        ("links in [1, 2)", 1, 15, "nothing was opened that this ) could close"),
        ('language == "en', 1, 13, 'not closed: " is missing'),
        ('language == "e\nn"', 1, 13, 'not closed: " is missing'),
        ('language == "\\d"', 1, 14, "write \\\\ for a \\ in a text"),
        ("language == '''en'''", 1, 13, "two texts stand side by side"),
        ("author.age_days < 7d", 1, 19, "7d is no number"),
        ("links > 99999999999999999999", 1, 9, "this number is too large"),
        ("links > 1 && ", 1, 13, "something must follow &&"),
        ("&& links", 1, 1, "&& is not expected here"),
        ("links > 1 links", 1, 11, "links is not expected here"),
        (".score.spam > 0", 1, 1, "a point is not expected here"),
        ('{"a": true}.a', 1, 1, "braces are not used here"),
        ("google.protobuf.BoolValue{value: true}", 1, 26, "braces are not used here"),
        ("links > 1;", 1, 10, "; means nothing here"),
        ("links > 1\0", 1, 10, "a character that is none"),
        ('language == "\ud800"', 1, 14, "a character that is none"),
        # Sizes.
        ("", None, None, "it is empty"),
        (" \n\t", None, None, "it is empty"),
        ("// later", None, None, "it is empty"),
        ("links > 1" + " " * MAX_CHARS, None, None, "it has 1,009 characters; up to 1,000"),
        ("(" * 300 + "is_reply" + ")" * 300, None, None, "it is nested too deeply"),
        ("links" + " + 1" * 200 + " > 1", None, None, "or has too many parts in a row"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(
    written: str, line: int | None, column: int | None, said: str
) -> None:
    error = refused(written)

    assert said in str(error)
    assert isinstance(error.args[0], Sentence)  # Other languages can say it too.
    assert (error.line, error.column) == (line, column)


@given(st.text(max_size=300))
def test_no_text_does_more_than_to_be_refused(written: str) -> None:
    with suppress(ExpressionInvalid):
        expressions(written)


PIECES = [
    *VARIABLES,
    "true",
    "in",
    "1",
    "0.5",
    '"a"',
    "'b'",
    "[",
    "]",
    "(",
    ")",
    ",",
    ".",
    "?",
    ":",
]
PIECES += [
    "contains",
    "size",
    "double",
    "foo",
    "//",
    "\n",
    "{",
    "}",
    "=",
    "\\",
    '"',
    "-1",
    "u",
    "r",
]
PIECES += ["&&", "||", "!", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", ".contains("]


@given(st.lists(st.sampled_from(PIECES), max_size=12), st.sampled_from(["", " "]))
def test_no_pieces_do_more_than_to_be_refused_or_asked(pieces: list[str], between: str) -> None:
    with suppress(ExpressionInvalid):
        asked = expressions(between.join(pieces))
        try:
            list(asked.find(USUAL.__getitem__, Action.HOLD))
        except ExpressionFailed as error:
            # All that it mentions was told, so it is the numbers that went wrong.
            if not re.search("zero|overflow", str(error)):
                raise
