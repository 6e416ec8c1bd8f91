"""WordPress' own export (Tools, Export): RSS with comments in it.

https://developer.wordpress.org/advanced-administration/wordpress/export/ It leaves spam out, and
says of no comment whether it was a person who decided.
"""

from __future__ import annotations

from collections.abc import Iterator

from modsvc.core.comment import Author
from modsvc.core.markup import plain, without_tags
from modsvc.exports.found import (
    Beside,
    Found,
    LeftOut,
    Lines,
    Unreadable,
    article_of,
    author_of,
    moment,
    past,
)
from modsvc.exports.xml import Element, elements

OUTCOMES = {"1": "approved", "approved": "approved", "0": "held", "hold": "held"}
OUTCOMES |= {"spam": "spam", "trash": "rejected"}


def read(lines: Lines, _beside: Beside) -> Iterator[Found]:
    """Yield what was said under each post. Raises ExportInvalid."""
    for item in elements(lines, "rss", {"item"}):
        article = article_of(
            item.get("link") or f"post {item.get('wp:post_id')}",
            url=item.get("link"),
            title=item.get("title"),
            section=next((c.text for c in item.all("category") if _is_section(c)), ""),
            body=without_tags(item.get("content:encoded")),
        )
        for told in item.all("wp:comment"):
            kind = told.get("wp:comment_type") or "comment"
            outcome = OUTCOMES.get(told.get("wp:comment_approved"))
            if kind != "comment":
                yield LeftOut(f"{kind[:30]}s")
            elif not told.get("wp:comment_id"):
                yield Unreadable(f"line {told.line}", "the comment has no id")
            elif outcome is None:
                # Such as those of a post that was thrown away.
                yield LeftOut("comments of which nobody decided anything")
            else:
                parent = told.get("wp:comment_parent")
                yield past(
                    f"line {told.line}",
                    comment_id=told.get("wp:comment_id"),
                    body=plain(told.get("wp:comment_content")),
                    outcome=outcome,
                    article=article,
                    author=_author(told),
                    parent="" if parent == "0" else parent,
                    created_at=moment(told.get("wp:comment_date_gmt")),
                )


def _is_section(category: Element) -> bool:
    return category.attributes.get("domain") == "category"


def _author(told: Element) -> Author:
    user = told.get("wp:comment_user_id")
    return author_of(
        "" if user in ("", "0") else f"user-{user}",
        email=told.get("wp:comment_author_email"),
        name=told.get("wp:comment_author"),
    )
