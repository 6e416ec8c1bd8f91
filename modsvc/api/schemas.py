"""What sites send and get. Unknown fields are refused: marshmallow's default."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marshmallow import Schema, fields, missing, post_load
from marshmallow.validate import Length, OneOf, Range

from modsvc.api.fields import (
    MAX_ID_CHARS,
    Context,
    Cursor,
    IdOr,
    Language,
    Moment,
    NetworkAddress,
    Text,
    Unchecked,
)
from modsvc.config import ALL, LATE, OFF
from modsvc.core.comment import MAX_BODY_CHARS, Article, Author, Comment, Parent
from modsvc.core.decision import STATUS, Action
from modsvc.core.facts import MODES
from modsvc.core.labels import LABELS
from modsvc.store.reports import Report

MAX_BATCH = 500
MAX_PAGE = 500
MAX_URL_CHARS = 2_000
ACTIONS = [action.word for action in Action]


class LoadsTo(Schema):
    """A schema whose objects become values of the domain."""

    def to(self) -> Callable[..., object]:
        """Say what the loaded fields are the arguments of."""
        raise NotImplementedError

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> object:
        """Make the value; a field that was null counts as not told."""
        return self.to()(**{name: value for name, value in data.items() if value is not None})


class ArticleSchema(LoadsTo):
    """The news item that is commented on."""

    id = Text(MAX_ID_CHARS, required=True)
    title = Context(1_000)
    url = Text(MAX_URL_CHARS, shortest=0, load_default="", allow_none=True)
    section = Context(200)
    body = Context(MAX_BODY_CHARS)

    def to(self) -> Callable[..., object]:
        """Make an Article."""
        return Article


class AuthorSchema(LoadsTo):
    """The reader who wrote the comment."""

    id = Text(MAX_ID_CHARS, required=True)
    name = Context(200)
    joined_at = Moment()

    def to(self) -> Callable[..., object]:
        """Make an Author."""
        return Author


class ParentSchema(LoadsTo):
    """The comment that is answered."""

    id = Text(MAX_ID_CHARS, required=True)
    body = Context(MAX_BODY_CHARS)

    def to(self) -> Callable[..., object]:
        """Make a Parent."""
        return Parent


class BareCommentSchema(LoadsTo):
    """A reader's comment. A longer body is refused, never cut: what is not read is not approved."""

    id = Text(MAX_ID_CHARS, required=True)
    body = Text(MAX_BODY_CHARS, required=True)
    article = IdOr(ArticleSchema, required=True)
    author = IdOr(AuthorSchema, required=True)
    parent = IdOr(ParentSchema, load_default=None, allow_none=True)
    language = Language()
    created_at = Moment()

    def to(self) -> Callable[..., object]:
        """Make a Comment."""
        return Comment


class CommentSchema(BareCommentSchema):
    """A reader's comment as it is sent. A longer body is refused: what is not read is not approved.

    Of `address`, the network address that it came from, only what stands for it is kept.
    """

    address = NetworkAddress()


class ArticleFactsSchema(Schema):
    """What a site tells of an article; what is left out stays as it was."""

    title = Context(1_000, load_default=missing)
    url = Text(MAX_URL_CHARS, shortest=0)
    section = Context(200, load_default=missing)
    body = Context(MAX_BODY_CHARS, load_default=missing)
    mode = fields.String(validate=OneOf(MODES))


class KeptArticleSchema(Schema):
    """An article as it is known here."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    url = fields.String(required=True)
    section = fields.String(required=True)
    body = fields.String(required=True)
    mode = fields.String(required=True, validate=OneOf(MODES))
    updated_at = fields.AwareDateTime(required=True)


class ReportSchema(LoadsTo):
    """A reader says that a comment should not stand."""

    reporter = Text(MAX_ID_CHARS, required=True)
    reason = Context(200)
    text = Context(2_000)

    def to(self) -> Callable[..., object]:
        """Make a Report."""
        return Report


class KeptReportSchema(Schema):
    """What a reader said of a comment."""

    reporter = fields.String(required=True)
    reason = fields.String(required=True)
    text = fields.String(required=True)
    revision = fields.Integer(required=True)
    received_at = fields.AwareDateTime(required=True)


class ReportsSchema(Schema):
    """The newest reports of a comment, newest first."""

    reports = fields.List(fields.Nested(KeptReportSchema), required=True)


class ReportedSchema(Schema):
    """How many readers have reported the comment as it stands, and what is now in force."""

    id = fields.String(required=True)
    reports = fields.Integer(required=True)
    action = fields.String(required=True, validate=OneOf(ACTIONS))
    status = fields.String(required=True, validate=OneOf(list(STATUS.values())))


class BatchSchema(Schema):
    """Up to 500 comments; each is judged, or refused, on its own."""

    comments = fields.List(Unchecked(CommentSchema), required=True, validate=Length(1, MAX_BATCH))


class PageSchema(Schema):
    """Where to go on in the feed, and how far."""

    after = Cursor()
    limit = fields.Integer(load_default=100, validate=Range(1, MAX_PAGE))


class SpanSchema(Schema):
    """A stretch of the body as sent, in Unicode code points, `end` exclusive."""

    start = fields.Integer(required=True)
    end = fields.Integer(required=True)
    weight = fields.Float(required=True)


class ReasonSchema(Schema):
    """A signal and the action it called for."""

    code = fields.String(required=True)
    action = fields.String(required=True, validate=OneOf(ACTIONS))
    strength = fields.Float(required=True)
    message = fields.String(required=True)
    spans = fields.List(fields.Nested(SpanSchema), required=True)


class DecisionSchema(Schema):
    """What to do with a comment, and why. A label the model was not trained for is absent.

    `model_version` names the stages that judged, such as linear-6 or linear-6+encoder-4; it is null
    when nothing could score. Where both stages judge only after the answer (`encoder` is late in
    /readyz), an approval may be followed within seconds by a decision of the policy that holds the
    comment. It never rejects, though some of its reasons may have called for that. The policy of
    `policy_version` has bands for both stages, and may have others for one alone: those weighed a
    decision whose `model_version` names one stage.

    A decision by `import` stands for what became of the comment in another system, before the site
    moved in: it is part of the comment's history and never of the feed.
    """

    id = fields.String(required=True)
    revision = fields.Integer(required=True)
    action = fields.String(required=True, validate=OneOf(ACTIONS))
    status = fields.String(required=True, validate=OneOf(list(STATUS.values())))
    reasons = fields.List(fields.Nested(ReasonSchema), required=True)
    scores = fields.Dict(
        keys=fields.String(validate=OneOf(list(LABELS))), values=fields.Float(), required=True
    )
    decided_by = fields.String(required=True, validate=OneOf(["policy", "moderator", "import"]))
    policy_version = fields.String(required=True)
    model_version = fields.String(required=True, allow_none=True)
    decided_at = fields.AwareDateTime(required=True)


class FeedSchema(Schema):
    """Decisions in the order of the feed; send `next` as `after` to go on."""

    decisions = fields.List(fields.Nested(DecisionSchema), required=True)
    next = fields.String(required=True)


class HistorySchema(Schema):
    """A comment's status, and all decisions about it, oldest first."""

    id = fields.String(required=True)
    revision = fields.Integer(required=True)
    action = fields.String(required=True, validate=OneOf(ACTIONS))
    status = fields.String(required=True, validate=OneOf(list(STATUS.values())))
    received_at = fields.AwareDateTime(required=True)
    decisions = fields.List(fields.Nested(DecisionSchema), required=True)


class ProblemErrorSchema(Schema):
    """One thing that is wrong, and where in the body."""

    detail = fields.String(required=True)
    pointer = fields.String()
    parameter = fields.String()


class ProblemSchema(Schema):
    """An error as RFC 9457 describes it."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    errors = fields.List(fields.Nested(ProblemErrorSchema))


class ResultsSchema(Schema):
    """A decision or a problem for each comment of the batch, in its order."""

    results = fields.List(fields.Dict(), required=True)


class HealthSchema(Schema):
    """Whether comments can be decided, and by what.

    `degraded`: with less than the operator asked for; `problems` says what is missing. `stages` are
    those that judge before the answer. `encoder` is the operator's choice: all, off or late; where
    it cannot judge, `encoder_problem` says why. `late_backlog` counts the approvals that wait to be
    judged by both stages, `late_given_up` those that could not be; up to 10,000, and null when the
    database cannot be asked.
    """

    ready = fields.Boolean(required=True)
    degraded = fields.Boolean(required=True)
    problems = fields.List(fields.String(), required=True)
    policy_version = fields.String(required=True)
    model_version = fields.String(required=True, allow_none=True)
    stages = fields.List(fields.String(), required=True)
    encoder = fields.String(required=True, validate=OneOf([ALL, OFF, LATE]))
    encoder_problem = fields.String(required=True, allow_none=True)
    late_backlog = fields.Integer(required=True, allow_none=True)
    late_given_up = fields.Integer(required=True, allow_none=True)
