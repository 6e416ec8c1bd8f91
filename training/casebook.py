"""The functional cases of `training/cases/`: comments of our own, and what should become of them.

A function is one thing a moderator must get right: a kind of abuse, or the fair speech that is
easily taken for it. Half the cases are kept apart: nobody looks at how a model fares on one of
those by itself, or changes a model, a threshold or a word for its sake.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from typing import Any

from modsvc.core.comment import Article, Author, Comment, Parent
from modsvc.core.labels import LABELS

FOLDER = Path(__file__).with_name("cases")
CONTEXT = "context.toml"
TEMPLATES = "templates.toml"
ORDINARY = "ordinary.toml"


class CaseInvalid(Exception):
    """A case is not what it should be; says which file, which case and why."""


@dataclass(frozen=True, slots=True)
class Case:
    """A comment and whether it is abusive; `labels` names what it is guilty of, if anything.

    `id` is the function and a number: `veiled_threats/07`.
    """

    id: str
    text: str
    abusive: bool
    labels: tuple[str, ...]

    @property
    def kept(self) -> bool:
        """Whether this case is kept apart from tuning."""
        return is_kept(self.id)

    @property
    def comment(self) -> Comment:
        """The case as a site would send it."""
        return Comment(self.id, self.text, Article("cases"), Author("reader"))


@dataclass(frozen=True, slots=True)
class Pair:
    """A comment in its context, and the same without.

    `abusive` is the truth where the context is known, `alone` where it is not: None if nobody
    could tell.
    """

    id: str
    body: str
    abusive: bool
    alone: bool | None
    title: str = ""
    article: str = ""
    parent: str = ""

    @property
    def kept(self) -> bool:
        """Whether this pair is kept apart from tuning."""
        return is_kept(self.id)

    @property
    def in_context(self) -> Comment:
        """The comment as a site would send it that tells what was commented on and answered."""
        article = Article("cases", title=self.title, body=self.article)
        parent = Parent("parent", self.parent) if self.parent else None
        return Comment(self.id, self.body, article, Author("reader"), parent)

    @property
    def by_itself(self) -> Comment:
        """The same comment from a site that tells nothing more."""
        return Comment(self.id, self.body, Article("cases"), Author("reader"))


def is_kept(case_id: str) -> bool:
    """Say whether a case is kept apart: one of each two neighbours, by a hash of the two.

    So half of every function is kept, adding a case moves no other, and nobody chose which.
    """
    function, _, number = case_id.rpartition("/")
    couple, is_second = divmod(int(number) - 1, 2)
    return hashlib.sha256(f"{function}/{couple}".encode()).digest()[0] % 2 == is_second


def load_cases(folder: Path = FOLDER) -> list[Case]:
    """Return every case that needs no context, in the order of files and lines.

    Raises
    ------
    CaseInvalid
        A file or a case is malformed, or a function stands in two files.
    """
    cases = []
    for path in sorted(folder.glob("*.toml")):
        if path.name in (CONTEXT, TEMPLATES, ORDINARY):
            continue
        for name, function in _functions(path, {"about", "abusive", "labels", "cases"}):
            abusive = _truth(path, name, function, "abusive")
            labels = _labels(path, name, function, abusive=abusive)
            for number, text in _numbered(path, name, function, "cases"):
                case_id = f"{name}/{number}"
                cases.append(Case(case_id, _text(path, case_id, text), abusive, labels))
    seen: set[str] = set()
    for case in cases:
        if case.id in seen:
            raise CaseInvalid(f"{folder}, {case.id}: stands in two files")
        seen.add(case.id)
    return cases


def load_pairs(path: Path = FOLDER / CONTEXT) -> list[Pair]:
    """Return every pair of context. Raises CaseInvalid."""
    return [
        _pair(path, f"{name}/{number}", pair, abusive=_truth(path, name, function, "abusive"))
        for name, function in _functions(path, {"about", "abusive", "pairs"})
        for number, pair in _numbered(path, name, function, "pairs")
    ]


def among_others(cases: Sequence[Case], path: Path = FOLDER / ORDINARY) -> list[Case]:
    """Return each case with an ordinary sentence before it and another after it, taken in turn.

    Raises
    ------
    CaseInvalid
        The file of ordinary sentences is malformed.
    """
    written = read_toml(path)
    if written.keys() != {"before", "after"}:
        raise CaseInvalid(f"{path}: needs before and after, and nothing else")
    for name, sentences in written.items():
        if not isinstance(sentences, list) or not sentences:
            raise CaseInvalid(f"{path}, {name}: is no list of sentences")
        for sentence in sentences:
            _text(path, name, sentence)
    around = zip(cases, cycle(written["before"]), cycle(written["after"]), strict=False)
    return [
        replace(case, text=f"{before} {_ended(case.text)} {after}")
        for case, before, after in around
    ]


def _ended(text: str) -> str:
    """End a text with a stop, unless it ends with a sign."""
    return f"{text}." if text[-1].isalnum() else text


def load_about(folder: Path = FOLDER) -> dict[str, str]:
    """Return each function's sentence of meaning, those of the context included."""
    known = {"about", "abusive", "labels", "cases", "pairs"}
    return {
        name: str(function["about"])
        for path in sorted(folder.glob("*.toml"))
        if path.name not in (TEMPLATES, ORDINARY)
        for name, function in _functions(path, known)
    }


def _functions(path: Path, known: set[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, function in read_toml(path).items():
        if not isinstance(function, dict):
            raise CaseInvalid(f"{path}, {name}: stands outside any function")
        unknown = sorted(function.keys() - known)
        if unknown:
            raise CaseInvalid(f"{path}, {name}: unknown field {unknown[0]!r}")
        if not isinstance(function.get("about"), str):
            raise CaseInvalid(f"{path}, {name}: needs a sentence 'about'")
        yield name, function


def read_toml(path: Path) -> dict[str, Any]:
    """Read a file of ours. Raises CaseInvalid."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CaseInvalid(f"{path} cannot be read: {error}") from error


def _numbered(
    path: Path, name: str, function: Mapping[str, Any], key: str
) -> Iterator[tuple[str, Any]]:
    found = function.get(key)
    if not isinstance(found, dict) or not found:
        raise CaseInvalid(f"{path}, {name}: has no {key}")
    for number, value in found.items():
        if not number.isdecimal() or int(number) < 1:
            raise CaseInvalid(f"{path}, {name}/{number}: is not numbered from 01")
        yield number, value


def _truth(path: Path, where: str, fields: Mapping[str, Any], key: str) -> bool:
    value = fields.get(key)
    if not isinstance(value, bool):
        raise CaseInvalid(f"{path}, {where}: '{key}' must be true or false")
    return value


def _labels(
    path: Path, name: str, function: Mapping[str, Any], *, abusive: bool
) -> tuple[str, ...]:
    labels = function.get("labels", [])
    if not isinstance(labels, list) or any(label not in LABELS for label in labels):
        raise CaseInvalid(f"{path}, {name}: 'labels' must be a list of {', '.join(LABELS)}")
    if bool(labels) != abusive:
        raise CaseInvalid(f"{path}, {name}: labels belong to abusive functions, and to each")
    return tuple(labels)


def _text(path: Path, where: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise CaseInvalid(f"{path}, {where}: needs a text")
    return value


def _pair(path: Path, where: str, fields: object, *, abusive: bool) -> Pair:
    if not isinstance(fields, dict):
        raise CaseInvalid(f"{path}, {where}: needs a body and its context")
    article = fields.get("article", {})
    unknown = fields.keys() - {"article", "parent", "body", "alone"}
    unknown |= article.keys() - {"title", "body"} if isinstance(article, dict) else {"article"}
    if unknown:
        raise CaseInvalid(f"{path}, {where}: unknown field {min(unknown)!r}")
    if not (article or "parent" in fields):
        raise CaseInvalid(f"{path}, {where}: needs an article or a parent")
    return Pair(
        where,
        _text(path, where, fields.get("body")),
        abusive,
        _truth(path, where, fields, "alone") if "alone" in fields else None,
        title=_text(path, where, article["title"]) if "title" in article else "",
        article=_text(path, where, article["body"]) if "body" in article else "",
        parent=_text(path, where, fields["parent"]) if "parent" in fields else "",
    )
