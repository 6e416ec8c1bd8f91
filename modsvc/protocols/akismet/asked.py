"""What an Akismet client tells of a comment, in a form's fields."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import orjson

from modsvc.api.fields import MAX_ID_CHARS, Language
from modsvc.core.comment import MAX_BODY_CHARS, Article, Author, Comment, Parent
from modsvc.core.markup import plain
from modsvc.core.pseudonyms import of_email
from modsvc.store.suggestions import Suggestion

PROTOCOL = "akismet"
# What test suites everywhere send, to be called spam.
SPAM_AUTHOR = "viagra-test-123"
SPAM_EMAIL = "akismet-guaranteed-spam@example.com"
_SLASHED = re.compile(r"\\(['\"\\])")
_URL_CHARS, _NAME_CHARS = 2_000, 200


class Form:
    """The fields of a check or a correction. NUL is left out; unknown fields are not looked at."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = fields

    def __getitem__(self, name: str) -> str:
        return self._fields.get(name, "").replace("\0", "").strip()

    @property
    def missing(self) -> str | None:
        """Name a field that must be told and is not."""
        return next((name for name in ("blog", "user_ip") if not self[name]), None)

    @property
    def is_test(self) -> bool:
        """Whether nothing is to be kept or learned of it."""
        return self["is_test"].lower() not in ("", "0", "false")

    @property
    def is_too_long(self) -> bool:
        """Whether the text is longer than can be judged."""
        return len(self["comment_content"]) > MAX_BODY_CHARS

    @property
    def is_said_to_be_spam(self) -> bool:
        """Whether it says so itself: a trap for robots was filled in, or a test asks for it."""
        trap = self["honeypot_field_name"]
        return bool(
            (trap and self[trap])
            or self["comment_author"] == SPAM_AUTHOR
            or self["comment_author_email"].lower() == SPAM_EMAIL
        )

    @property
    def is_staff(self) -> bool:
        """Whether the author runs the site."""
        return self["user_role"] == "administrator"

    def comment(self, pseudonym: Callable[[str], str]) -> Comment | None:
        """Give the comment; None where there is no text.

        The protocol has no ids, so it is known by all that tells it from others. An author is known
        by a digest of the e-mail address, as in `exports`, or else by what `pseudonym` makes of the
        network address.
        """
        if not self["comment_content"]:
            return None
        permalink = self["permalink"]
        parent = self["comment_parent"]
        email = self["comment_author_email"]
        return Comment(
            id=self.id,
            body=plain(self["comment_content"]),
            article=Article(
                permalink if 0 < len(permalink) <= MAX_ID_CHARS else _id(permalink or self["blog"]),
                url=permalink[:_URL_CHARS],
            ),
            author=Author(
                of_email(email) if email else pseudonym(self["user_ip"]),
                name=self["comment_author"][:_NAME_CHARS],
            ),
            parent=Parent(parent[:MAX_ID_CHARS]) if parent not in ("", "0") else None,
            language=self._language,
            created_at=self._created_at,
            address=pseudonym(self["user_ip"]) if self["user_ip"] else None,
        )

    @property
    def id(self) -> str:
        """What the comment is known by, in checks and in corrections alike."""
        told = ("blog", "permalink", "comment_type", "comment_author", "comment_author_email")
        names = (*told, "comment_parent", "comment_content")
        # WordPress has a backslash before each quotation mark in what it asks about, and none in
        # what it corrects.
        return _id(*(_SLASHED.sub(r"\1", self[name]) for name in names))

    def suggestion(self, *, spam: bool) -> Suggestion | None:
        """Say what a correction says; None where there is no text."""
        if not self["comment_content"] or self.is_too_long:
            return None
        return Suggestion(
            protocol=PROTOCOL,
            body=plain(self["comment_content"]),
            labels={"spam": float(spam)},
            rejected=spam,
            comment_id=self.id,
            language=self._language,
            community=self["blog"][:_URL_CHARS],
        )

    @property
    def _language(self) -> str | None:
        """The one language the site says it is in; None where it says none, or several."""
        tag = self["blog_lang"].replace("_", "-")
        return tag if re.fullmatch(Language.TAG, tag) and len(tag) <= Language.LONGEST else None

    @property
    def _created_at(self) -> datetime | None:
        try:
            moment = datetime.fromisoformat(self["comment_date_gmt"])
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, OverflowError):
            return None


def _id(*parts: str) -> str:
    return f"{PROTOCOL}-{hashlib.sha256(orjson.dumps(parts)).hexdigest()[:32]}"
