"""Disqus' export: all threads, and then all posts.

https://docs.disqus.com/developers/export/ It says of a deleted post not who deleted it, a moderator
or its author, so those are left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from modsvc.core.comment import Article
from modsvc.core.markup import plain
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

ID = "dsq:id"


def read(lines: Lines, _beside: Beside) -> Iterator[Found]:
    """Yield the posts. Raises ExportInvalid."""
    articles: dict[str, Article] = {}
    for element in elements(lines, "disqus", {"thread", "post"}):
        if element.name == "thread":
            articles[element.attributes.get(ID, "")] = article_of(
                element.get("link") or element.get("id"),
                url=element.get("link"),
                title=element.get("title"),
            )
        else:
            yield _post(element, articles)


def _post(post: Element, articles: dict[str, Article]) -> Found:
    is_spam, is_deleted = (post.get(name) == "true" for name in ("isSpam", "isDeleted"))
    if is_deleted and not is_spam:
        return LeftOut("deleted posts, by nobody knows whom")
    where, post_id = f"line {post.line}", post.attributes.get(ID, "")
    article = articles.get(post.first("thread").attributes.get(ID, ""))
    if not post_id or article is None:
        return Unreadable(where, "the post has no id, or its thread is not in the file")
    author = post.first("author")
    # Only some exports say this.
    outcome = "held" if post.get("isApproved") == "false" else "approved"
    return past(
        where,
        comment_id=post_id,
        body=plain(post.get("message")),
        outcome="spam" if is_spam else outcome,
        article=article,
        author=author_of(
            author.get("username"), email=author.get("email"), name=author.get("name")
        ),
        parent=post.first("parent").attributes.get(ID, ""),
        created_at=moment(post.get("createdAt")),
    )
