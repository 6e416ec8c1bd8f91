"""What a Perspective client asks: the JSON it sends, read as leniently as Google does."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from marshmallow import Schema, fields, pre_load

from modsvc.core.comment import UNTOLD, Article, Author, Comment, Parent
from modsvc.protocols.bodies import FieldInvalid, Lenient, NotAnObject, camel, check, read_object
from modsvc.protocols.perspective.attributes import REJECTION, is_known, label_of
from modsvc.protocols.perspective.errors import LanguageRefused, Refused
from modsvc.store.suggestions import Suggestion

MAX_TEXT_BYTES = 20_480
PROTOCOL = "perspective"
# Longer tokens and ids are cut: they are only handed back, or looked at by people.
MAX_TOKEN_CHARS = 1_000


class EitherSpelling(Lenient):
    """Takes the names of fields in either spelling, as Google does."""

    @pre_load
    def in_camel_case(self, data: Any, **_: object) -> Any:
        """Spell the names of fields as JSON does: `spanAnnotations` for `span_annotations`."""
        return {camel(n): v for n, v in data.items()} if isinstance(data, dict) else data


class TextSchema(EitherSpelling):
    """A text and what it is written in."""

    text = fields.String(load_default="", allow_none=True)
    type = fields.String(load_default=None, allow_none=True)


class ArticleAndParentSchema(EitherSpelling):
    """What the comment stands under, and what it answers."""

    article = fields.Nested(TextSchema, load_default=None, allow_none=True)
    parent_comment = fields.Nested(TextSchema, load_default=None, allow_none=True)


class ContextSchema(EitherSpelling):
    """Either of two forms."""

    entries = fields.List(fields.Nested(TextSchema), load_default=None, allow_none=True)
    article_and_parent_comment = fields.Nested(
        ArticleAndParentSchema, load_default=None, allow_none=True
    )


class AskedSchema(EitherSpelling):
    """What both methods have."""

    comment = fields.Nested(TextSchema, load_default=None, allow_none=True)
    context = fields.Nested(ContextSchema, load_default=None, allow_none=True)
    languages = fields.List(fields.String(), load_default=None, allow_none=True)
    client_token = fields.String(load_default=None, allow_none=True)
    community_id = fields.String(load_default=None, allow_none=True)
    session_id = fields.String(load_default=None, allow_none=True)


class AttributeSchema(EitherSpelling):
    """How one attribute is asked for."""

    score_type = fields.String(load_default=None, allow_none=True)
    score_threshold = fields.Float(load_default=None, allow_none=True)


class AnalyzeSchema(AskedSchema):
    """`comments:analyze`."""

    requested_attributes = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(AttributeSchema, allow_none=True),
        load_default=None,
        allow_none=True,
    )
    span_annotations = fields.Boolean(load_default=False, allow_none=True)
    do_not_store = fields.Boolean(load_default=False, allow_none=True)


class ScoreSchema(EitherSpelling):
    """A score; what type it is of matters to nobody."""

    value = fields.Float(load_default=0.0)


class ScoresSchema(EitherSpelling):
    """What is suggested of one attribute."""

    summary_score = fields.Nested(ScoreSchema, load_default=None, allow_none=True)


class SuggestSchema(AskedSchema):
    """`comments:suggestscore`."""

    attribute_scores = fields.Dict(
        keys=fields.String(), values=fields.Nested(ScoresSchema), load_default=None, allow_none=True
    )


@dataclass(frozen=True, slots=True)
class Attribute:
    """One that is asked for, and the label that measures it; None where nothing does."""

    name: str
    label: str | None
    threshold: float | None


@dataclass(frozen=True, slots=True)
class Analyze:
    """A request for scores."""

    comment: Comment
    attributes: tuple[Attribute, ...]
    with_words: bool
    languages: tuple[str, ...]
    token: str | None
    may_store: bool


_ANALYZE, _SUGGEST = AnalyzeSchema(), SuggestSchema()


def read_analyze(body: bytes, *, unmeasured_as_zero: bool = False) -> Analyze:
    """Read a request for scores. Raises Refused."""
    told = _load(_ANALYZE, body)
    text = _text(told)
    attributes = _attributes(told["requested_attributes"] or {}, unmeasured_as_zero)
    languages = tuple(told["languages"] or ())
    if languages and not any(map(_is_english, languages)):
        raise LanguageRefused(attributes[0].name, list(languages))
    return Analyze(
        comment=_comment(text, told, declares_english=bool(languages)),
        attributes=attributes,
        with_words=bool(told["span_annotations"]),
        languages=languages,
        token=told["client_token"],
        may_store=not told["do_not_store"],
    )


def read_suggest(body: bytes) -> tuple[Suggestion, list[str]]:
    """Read a suggestion, and the languages that it names. Raises Refused."""
    told = _load(_SUGGEST, body)
    text = _text(told)
    scores = told["attribute_scores"] or {}
    labels = {}
    for name, each in scores.items():
        if not is_known(name):
            raise Refused(f"Unknown requested attribute: {name[:100]}")
        if each["summary_score"] is None or not 0.0 <= each["summary_score"]["value"] <= 1.0:
            raise Refused(f"Attribute {name} needs a summaryScore whose value is from 0 to 1")
        labels[name] = each["summary_score"]["value"]
    if not labels:
        raise Refused("Missing attribute_scores", "NO_REQUESTED_ATTRIBUTES")
    languages = told["languages"] or []
    corals_id = _corals_id(told["context"])
    suggestion = Suggestion(
        protocol=PROTOCOL,
        body=text,
        labels=labels,
        # Else that of the comment which the same words, asked about, have become.
        comment_id=corals_id or _comment(text, told, declares_english=False).id,
        language=_short(languages[0]) if languages else None,
        community=_short(told["community_id"]),
        token=_short(told["client_token"]),
        rejected=_rejected(labels, is_corals=corals_id is not None),
    )
    return suggestion, languages


def _load(schema: Schema, body: bytes) -> dict[str, Any]:
    try:
        return check(schema, read_object(body))
    except NotAnObject as error:
        raise Refused(f"Invalid JSON payload received: {error}") from None
    except FieldInvalid as error:
        raise Refused(f"Invalid value at '{error.where}': {error.why}") from None


def _text(told: Mapping[str, Any]) -> str:
    comment = told["comment"] or {}
    text = (comment.get("text") or "").replace("\0", "")
    if not text.strip():
        raise Refused("Comment must be non-empty.", "COMMENT_EMPTY")
    if len(text.encode()) > MAX_TEXT_BYTES:
        raise Refused("Comment text too long.", "COMMENT_TOO_LONG")
    if comment.get("type") not in (None, "PLAIN_TEXT", "TEXT_TYPE_UNSPECIFIED"):
        raise Refused("Currently, only 'PLAIN_TEXT' comments are supported")
    context = told["context"] or {}
    if context.get("entries") and context.get("article_and_parent_comment"):
        raise Refused(
            "Context can have either entries or article_and_parent_comment, but both fields were "
            "populated."
        )
    return text


def _attributes(
    asked: Mapping[str, Mapping[str, Any] | None], unmeasured_as_zero: bool
) -> tuple[Attribute, ...]:
    if not asked:
        raise Refused("Missing requested_attributes", "NO_REQUESTED_ATTRIBUTES")
    found = []
    for name, how in asked.items():
        label = label_of(name)
        if label is None and not (unmeasured_as_zero and is_known(name)):
            raise Refused(f"Unknown requested attribute: {name[:100]}")
        kind = (how or {}).get("score_type")
        if kind not in (None, "PROBABILITY", "SCORE_TYPE_UNSPECIFIED"):
            raise Refused(f"Requested score type {kind[:100]} is not supported by attribute {name}")
        found.append(Attribute(name, label, (how or {}).get("score_threshold")))
    return tuple(found)


def _comment(text: str, told: Mapping[str, Any], *, declares_english: bool) -> Comment:
    """Make a comment of what is told; what the protocol has no word for is made of its words."""
    context = told["context"] or {}
    pair = context.get("article_and_parent_comment") or {}
    article = _context_text(pair.get("article")) or "\n".join(
        each for each in map(_context_text, context.get("entries") or ()) if each
    )
    parent = _context_text(pair.get("parent_comment"))
    community, session = (_short(told[name]) for name in ("community_id", "session_id"))
    return Comment(
        id=_id("comment", text, article, parent, community, session, told["client_token"]),
        body=text,
        article=Article(
            _id("article", article) if article else (community or UNTOLD)[:200], body=article
        ),
        author=Author((session or UNTOLD)[:200]),
        parent=Parent(_id("comment", parent), body=parent) if parent else None,
        language="en" if declares_english else None,
    )


def _context_text(entry: Mapping[str, Any] | None) -> str:
    text = ((entry or {}).get("text") or "").replace("\0", "")
    return text[:MAX_TEXT_BYTES] if _json_object(text) is None else ""


def _rejected(labels: Mapping[str, float], *, is_corals: bool) -> bool | None:
    """Say whether a suggestion says that the site rejects the comment.

    Coral sends its moderators' decision, 0 or 1, as the score of the attribute it is set to.
    """
    for name, value in labels.items():
        if is_corals or label_of(name) == REJECTION:
            return value >= 0.5
    return None


def _corals_id(context: Mapping[str, Any] | None) -> str | None:
    """Find the comment's id where Coral puts it: in JSON, in the text of an entry.

    https://github.com/coralproject/talk
    """
    for entry in (context or {}).get("entries") or ():
        found = _json_object(entry.get("text") or "") or {}
        comment_id = found.get("Coral_comment_id")
        if isinstance(comment_id, str) and comment_id.strip("\0"):
            return _short(comment_id)
    return None


def _json_object(text: str) -> dict[str, Any] | None:
    if not text.lstrip().startswith("{"):
        return None
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _id(kind: str, *parts: str | None) -> str:
    digest = hashlib.sha256(orjson.dumps([kind, *parts])).hexdigest()
    return f"{PROTOCOL}-{digest[:32]}"


def _short(text: str | None) -> str | None:
    return text[:MAX_TOKEN_CHARS].replace("\0", "") if text else None


def _is_english(language: str) -> bool:
    return language.lower().replace("_", "-").split("-")[0] == "en"
