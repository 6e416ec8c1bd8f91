"""What each role may do at a site: the one place that says so.

Each role may do all that those before it may. What is somebody's own (their settings, their
sessions, how much they were exposed to) is theirs whatever their role, and nobody else's.
"""

from __future__ import annotations

from modsvc.core.sentence import Sentence

ROLES = ("moderator", "lead", "editor", "admin")
# What each is called within a sentence.
NAMED = {
    "moderator": Sentence("moderator"),
    "lead": Sentence("lead"),
    "editor": Sentence("editor"),
    "admin": Sentence("admin"),
}

# What may be done, and the least role that may.
JUDGE, OVERSEE, EDIT, MANAGE = "judge", "oversee", "edit", "manage"
LEAST = {
    # Judge cases; read the policy and the words; search.
    JUDGE: "moderator",
    # See how others judge, and what waits for them; decide what was left to leads; release many at
    # once; share views.
    OVERSEE: "lead",
    # Change the policy and the words.
    EDIT: "editor",
    # Invite people, give and take roles.
    MANAGE: "admin",
}


def is_at_least(role: str | None, least: str | None) -> bool:
    """Tell whether a role comes up to another. Nobody's comes up to any, and any up to nobody's."""
    if least is None:
        return True
    return role is not None and ROLES.index(role) >= ROLES.index(least)


def may(role: str | None, task: str) -> bool:
    """Tell whether somebody of this role may do this."""
    return is_at_least(role, LEAST[task])


def within(role: str | None) -> tuple[str, ...]:
    """Give the roles that somebody of this one may give to others: up to their own."""
    return ROLES[: ROLES.index(role) + 1] if may(role, MANAGE) and role is not None else ()
