"""Every table, in one text for SQLite and PostgreSQL. Migrations write them; nothing else does.

A site's rows carry its id. Comments are known inside by `key`, a number that means nothing, so
that a comment can be erased while the decisions about it stay provable.
"""

from modsvc.store.tables.base import metadata
from modsvc.store.tables.comments import (
    articles,
    authors,
    cases,
    comments,
    decisions,
    idempotency,
    late_judgements,
    notes,
    outbox,
    revisions,
)
from modsvc.store.tables.people import (
    keys,
    log_in_failures,
    log_in_links,
    memberships,
    moderators,
    secrets,
    sessions,
    signing_secrets,
    sites,
)
from modsvc.store.tables.protocols import (
    akismet_counts,
    site_models,
    suggestions,
)

__all__ = [
    "akismet_counts",
    "articles",
    "authors",
    "cases",
    "comments",
    "decisions",
    "idempotency",
    "keys",
    "late_judgements",
    "log_in_failures",
    "log_in_links",
    "memberships",
    "metadata",
    "moderators",
    "notes",
    "outbox",
    "revisions",
    "secrets",
    "sessions",
    "signing_secrets",
    "site_models",
    "sites",
    "suggestions",
]
