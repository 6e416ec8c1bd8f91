"""Which expressions are true of a comment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cel_expr_python import cel

from modsvc.core.decision import Action
from modsvc.core.expressions.complaints import in_our_words
from modsvc.core.expressions.language import environment
from modsvc.core.expressions.reading import ExpressionInvalid, tokens_of, variables_in
from modsvc.core.expressions.variables import NUMBER, TEXT, VARIABLES, WHOLE, YES_OR_NO
from modsvc.core.sentence import Sentence

# Together they have to stay below the 100,000 characters that the library reads.
MAX_TOGETHER = 50


@dataclass(frozen=True, slots=True)
class Expression:
    """What the editor wrote, and what is done where it is true: hold or reject."""

    when: str
    action: Action


class ExpressionFailed(Exception):
    """An expression could not be evaluated, such as one whose numbers grow too large.

    `name` is the expression's.
    """

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"the expression {name!r} could not be evaluated: {why}")
        self.name = name


class Expressions:
    """Expressions by the names that the editor gave them; safe to ask from several threads.

    Raises
    ------
    ExpressionInvalid
        One of them cannot be used.
    """

    def __init__(self, expressions: Mapping[str, Expression] | None = None) -> None:
        each = [(_One(name, e.when), e.action) for name, e in (expressions or {}).items()]
        self._len = len(each)
        self._of = {
            action: _together([one for one, its in each if its is action]) for action in Action
        }

    def __len__(self) -> int:
        """How many they are."""
        return self._len

    def find(self, values: Callable[[str], object], action: Action) -> Iterator[str]:
        """Yield the names of that action's expressions that are true.

        `values` gives a variable's value, or None where it is not known, and is asked at most once
        for each variable mentioned. An expression that mentions an unknown one does not apply.

        Raises
        ------
        ExpressionFailed
            One that does apply could not be evaluated; the others have been yielded.
        """
        known: dict[str, Any] = {}
        unknown: set[str] = set()
        failed: list[ExpressionFailed] = []
        for some in self._of[action]:
            for name in some.mentioned - known.keys():
                value = values(name)
                if value is None:
                    unknown.add(name)
                known[name] = _read(name, value)
            yield from some.find(known, unknown, failed)
        if failed:
            raise failed[0]


class _One:
    """An expression that has been checked and compiled."""

    def __init__(self, name: str, when: str) -> None:
        tokens = tokens_of(when)
        self.name = name
        self.when = when
        self.mentioned = variables_in(tokens, when)
        try:
            self.program = environment().compile(when)
            environment().compile(_as_list([when]))  # One more bracket can be one too many.
        except RuntimeError as error:
            raise in_our_words(str(error), tokens, when) from None
        gives = self.program.return_type()
        if gives != cel.Type.BOOL:
            raise ExpressionInvalid(
                Sentence(
                    "it gives no yes or no: compare what it gives with something, as in links >= 1"
                )
            )

    def is_true(self, given: cel.Activation) -> bool:
        """Whether it is true of these values, which have all that it mentions."""
        said = _evaluate(self.program, given)
        if not isinstance(said, bool):
            raise ExpressionFailed(self.name, str(said))
        return said


class _Together:
    """Some expressions as one: a list of what each gives.

    To hand over the variables is what costs most, and so it is done once for all.
    """

    def __init__(self, each: Sequence[_One]) -> None:
        self.each = each
        self.mentioned = frozenset[str]().union(*(one.mentioned for one in each))
        self.program = environment().compile(_as_list(one.when for one in each))
        # What is otherwise made at the first evaluation is made now, while there is one thread.
        nothing = _given({name: _read(name, None) for name in self.mentioned})
        for program in (self.program, *(one.program for one in each)):
            _evaluate(program, nothing)

    def find(
        self, known: Mapping[str, Any], unknown: set[str], failed: list[ExpressionFailed]
    ) -> Iterator[str]:
        """Yield the names of those that are true and mention nothing unknown; add what failed."""
        given = _given(known)
        said = _evaluate(self.program, given)
        # One that fails takes the list with it; it may be one that does not apply.
        for i, one in enumerate(self.each):
            if not unknown.isdisjoint(one.mentioned):
                continue
            try:
                is_true = said[i] if isinstance(said, list) else one.is_true(given)
            except ExpressionFailed as error:
                failed.append(error)
                continue
            if is_true:
                yield one.name


def _together(each: Sequence[_One]) -> list[_Together]:
    return [_Together(each[i : i + MAX_TOGETHER]) for i in range(0, len(each), MAX_TOGETHER)]


def _as_list(written: Iterable[str]) -> str:
    # On lines of their own, since any may end in a comment.
    return "[" + "\n,".join(written) + "\n]"


def _given(known: Mapping[str, Any]) -> cel.Activation:
    return environment().Activation(known)


def _evaluate(program: cel.Expression, given: cel.Activation) -> Any:
    """Give what it gives, or a text that says why it gives nothing."""
    try:
        return program.eval(given).plain_value()
    except RuntimeError as error:
        return str(error)


def _text(value: object = "") -> str:
    # The library takes NUL for a text's end, and has no lone surrogates.
    return str(value).encode("utf-8", "replace").decode().replace("\0", "\ufffd")


_AS: dict[str, Callable[..., Any]] = {NUMBER: float, WHOLE: int, TEXT: _text, YES_OR_NO: bool}


def _read(name: str, value: object) -> Any:
    """Give a value as its variable's type; in place of None something that can be evaluated."""
    as_type = _AS[VARIABLES[name].type]
    return as_type() if value is None else as_type(value)
