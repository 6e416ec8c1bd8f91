"""Every table, in one text for SQLite and PostgreSQL. Migrations write them; nothing else does.

A site's rows carry its id. Comments are known inside by `key`, a number that means nothing, so
that a comment can be erased while the decisions about it stay provable.
"""

from modsvc.store.tables.base import metadata
from modsvc.store.tables.comments import (
    articles,
    authors,
    comments,
    decisions,
    idempotency,
    late_judgements,
    likenesses,
    outbox,
    reports,
    revisions,
)
from modsvc.store.tables.people import (
    invitations,
    keys,
    log_in_failures,
    log_in_links,
    memberships,
    moderators,
    people_changes,
    recovery_codes,
    secrets,
    sessions,
    signing_secrets,
    sites,
)
from modsvc.store.tables.policies import (
    policies,
    policy_drafts,
    replays,
    shadow_decisions,
    word_hits,
    words,
)
from modsvc.store.tables.protocols import (
    akismet_counts,
    site_models,
    suggestions,
)
from modsvc.store.tables.review import (
    act_cases,
    acts,
    case_passes,
    case_signals,
    cases,
    draws,
    hours,
    mentions,
    notes,
    opinions,
    views,
)
from modsvc.store.tables.search import search_marks, search_texts

__all__ = [
    "act_cases",
    "acts",
    "akismet_counts",
    "articles",
    "authors",
    "case_passes",
    "case_signals",
    "cases",
    "comments",
    "decisions",
    "draws",
    "hours",
    "idempotency",
    "invitations",
    "keys",
    "late_judgements",
    "likenesses",
    "log_in_failures",
    "log_in_links",
    "memberships",
    "mentions",
    "metadata",
    "moderators",
    "notes",
    "opinions",
    "outbox",
    "people_changes",
    "policies",
    "policy_drafts",
    "recovery_codes",
    "replays",
    "reports",
    "revisions",
    "search_marks",
    "search_texts",
    "secrets",
    "sessions",
    "shadow_decisions",
    "signing_secrets",
    "site_models",
    "sites",
    "suggestions",
    "views",
    "word_hits",
    "words",
]
