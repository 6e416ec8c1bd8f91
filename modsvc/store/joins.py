"""How rows belong together: conditions by which several statements join the same tables."""

from __future__ import annotations

import sqlalchemy as sa

from modsvc.store.tables import articles, authors, cases, comments, decisions, revisions

# A comment's text as it is now, and as a case is about it.
TEXT = sa.and_(revisions.c.comment == comments.c.key, revisions.c.revision == comments.c.revision)
TEXT_OF_CASE = sa.and_(
    revisions.c.comment == cases.c.comment, revisions.c.revision == cases.c.revision
)
# The decision that a case is here for.
ABOUT = sa.and_(decisions.c.site == cases.c.site, decisions.c.position == cases.c.about)
# What a site told of the article that a comment is on, and of its author, if anything.
ARTICLE = sa.and_(articles.c.site == comments.c.site, articles.c.id == comments.c.article)
AUTHOR = sa.and_(authors.c.site == comments.c.site, authors.c.id == comments.c.author)
