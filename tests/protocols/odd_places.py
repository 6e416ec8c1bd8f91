"""Every address of every protocol, what is usually sent to it, and its fields that are text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FORM, MIXED = "application/x-www-form-urlencoded", "multipart/mixed; boundary=x"
MARK = "odd-8d1c"  # Stands in a request where the odd thing goes.
ANALYZE, SUGGEST, BATCH = "/v1alpha1/comments:analyze", "/v1alpha1/comments:suggestscore", "/batch"
MODERATIONS, CORAL, WEBHOOK = "/v1/moderations", "/coral/moderate", "/coral/webhook"
CHECK, SPAM, HAM = "/1.1/comment-check", "/1.1/submit-spam", "/1.1/submit-ham"
VERIFY, USAGE, SITES = "/1.1/verify-key", "/1.2/usage-limit", "/1.2/key-sites"


@dataclass(frozen=True)
class Address:
    """What is usually sent to an address, and every field of it that is text.

    A field is its path in the JSON, `*` for the name of a member, and what follows `:` is a path in
    JSON within a text; of a form it is a name.
    """

    path: str
    usual: Mapping[str, Any]
    fields: tuple[str, ...]


ADDRESSES = {
    "analyze": Address(
        ANALYZE,
        {
            "comment": {"text": "A goodly remark.", "type": "PLAIN_TEXT"},
            "context": {"articleAndParentComment": {"article": {"text": "a"}}},
            "requestedAttributes": {"TOXICITY": {}},
            "languages": ["en"],
            "spanAnnotations": True,
        },
        (
            "comment.text",
            "comment.type",
            "context.articleAndParentComment.article.text",
            "context.articleAndParentComment.article.type",
            "context.articleAndParentComment.parentComment.text",
            "context.articleAndParentComment.parentComment.type",
            "requestedAttributes.*",
            "requestedAttributes.TOXICITY.scoreType",
            "requestedAttributes.TOXICITY.scoreThreshold",
            "languages.0",
            "spanAnnotations",
            "doNotStore",
            "clientToken",
            "sessionId",
            "communityId",
            "*",
        ),
    ),
    "analyze with entries": Address(
        ANALYZE,
        {
            "comment": {"text": "A goodly remark."},
            "context": {"entries": [{"text": "a"}]},
            "requestedAttributes": {"TOXICITY": {}},
        },
        ("context.entries.0.text", "context.entries.0.type", "context.entries.0.*"),
    ),
    "suggest": Address(
        SUGGEST,
        {
            "comment": {"text": "A goodly remark."},
            "context": {"entries": [{"text": "{}"}]},
            "attributeScores": {"TOXICITY": {"summaryScore": {"value": 1}}},
        },
        (
            "comment.text",
            "comment.type",
            "context.entries.0.text",
            "context.entries.0.text:Coral_comment_id",
            "context.entries.0.text:url",
            "context.entries.0.type",
            "attributeScores.*",
            "attributeScores.TOXICITY.summaryScore.value",
            "attributeScores.TOXICITY.summaryScore.type",
            "languages.0",
            "clientToken",
            "sessionId",
            "communityId",
            "*",
        ),
    ),
    "moderations": Address(
        MODERATIONS, {"input": "A goodly remark."}, ("input", "input.0", "model", "*")
    ),
    "moderations of parts": Address(
        MODERATIONS,
        {"input": [{"type": "text", "text": "A goodly remark."}]},
        ("input.0.text", "input.0.type", "input.0.image_url", "input.0.image_url.url", "input.0.*"),
    ),
    "moderate": Address(
        CORAL,
        {
            "action": "NEW",
            "comment": {"body": "A goodly remark.", "parentID": None},
            "author": {"id": "baf4e943", "role": "COMMENTER"},
            "story": {"id": "245b3856", "url": "https://news.example/a"},
            "site": {"id": "a4bede88"},
            "tenantID": "19ba5794",
            "tenantDomain": "talk.example",
        },
        (
            "action",
            "comment.body",
            "comment.parentID",
            "author.id",
            "author.role",
            "story.id",
            "story.url",
            "site.id",
            "tenantID",
            "tenantDomain",
            "*",
        ),
    ),
    "webhook": Address(
        WEBHOOK,
        {
            "id": "e-1",
            "type": "COMMENT_LEFT_MODERATION_QUEUE",
            "data": {"queue": "REPORTED", "commentID": "9", "status": "REJECTED"},
            "createdAt": "2026-11-26T10:00:00.000Z",
            "tenantID": "19ba5794",
            "tenantDomain": "talk.example",
        },
        (
            "id",
            "type",
            "data.queue",
            "data.commentID",
            "data.status",
            "data.storyID",
            "data.siteID",
            "data.*",
            "createdAt",
            "tenantID",
            "tenantDomain",
            "*",
        ),
    ),
}
COMMENT = {"blog": "https://news.example/", "user_ip": "192.0.2.1", "comment_content": "goodly"}
OF_A_COMMENT = (
    "blog",
    "blog_charset",
    "blog_lang",
    "comment_author",
    "comment_author_email",
    "comment_author_url",
    "comment_content",
    "comment_context",
    "comment_date_gmt",
    "comment_parent",
    "comment_post_modified_gmt",
    "comment_type",
    "honeypot_field_name",
    "is_test",
    "permalink",
    "recheck_reason",
    "referrer",
    "user_agent",
    "user_ip",
    "user_role",
    "*",
)
FORMS = {
    "comment-check": Address(CHECK, COMMENT, OF_A_COMMENT),
    "submit-spam": Address(SPAM, COMMENT, OF_A_COMMENT),
    # Its other fields are read by the very lines that read those above.
    "submit-ham": Address(HAM, COMMENT, ("blog", "comment_content", "*")),
    "verify-key": Address(VERIFY, {"blog": "https://news.example/"}, ("blog", "*")),
    "usage-limit": Address(USAGE, {}, ("*",)),
    "key-sites": Address(SITES, {}, ("month", "filter", "format", "order", "limit", "offset", "*")),
}
JSON_SHAPE = {"application/json"}
# What answers may be, and the headers that they may have beside those of every answer.
KINDS = {
    ANALYZE: JSON_SHAPE,
    SUGGEST: JSON_SHAPE,
    MODERATIONS: JSON_SHAPE,
    CORAL: JSON_SHAPE,
    WEBHOOK: JSON_SHAPE,
    CHECK: {"text/plain"},
    SPAM: {"text/plain"},
    HAM: {"text/plain"},
    VERIFY: {"text/plain"},
    USAGE: {"text/plain", "application/json"},
    SITES: {"text/plain", "application/json", "text/csv"},
}
OURS = {
    "Content-Type",
    "Content-Length",
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Cache-Control",
    "Retry-After",
}
AKISMETS = {f"X-akismet-{name}" for name in ("guid", "pro-tip", "error", "debug-help")} | {
    "X-akismet-alert-code",
    "X-akismet-alert-msg",
}
WORDS = {"true", "false", "valid"}
BATCHED = {(200, "multipart/mixed"), (400, "application/json")}
