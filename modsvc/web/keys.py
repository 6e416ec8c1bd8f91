"""What each key of the queue's pages does, as their sheet and the page of one's own keys say it."""

from __future__ import annotations

from flask_babel import lazy_gettext

# In the order of the sheet. The keys are in core/keyboard.py.
DOES = {
    "next": lazy_gettext("Next comment"),
    "previous": lazy_gettext("Previous comment"),
    "approve": lazy_gettext("Approve"),
    "reject": lazy_gettext("Reject, then a digit for the reason"),
    "undo": lazy_gettext("Undo what you did last"),
    "skip": lazy_gettext("Skip to the next without deciding"),
    "select": lazy_gettext("Tick, or take the tick away"),
    "range": lazy_gettext("Tick all from the last ticked one to here"),
    "escalate": lazy_gettext("Escalate to a lead"),
    "pass": lazy_gettext("Pass to someone else"),
    "context": lazy_gettext("Open the context"),
    "blur": lazy_gettext("Show or hide what is masked"),
    "one": lazy_gettext("One at a time, or back to the list"),
    "new": lazy_gettext("Show what has come in since"),
    "search": lazy_gettext("Search"),
    "held": lazy_gettext("Go to the queue"),
    "done": lazy_gettext("Go to what you did last"),
    "sheet": lazy_gettext("Show all keys"),
}
# Those that a case's own page knows as well.
ON_CASE = frozenset(
    ("approve", "reject", "undo", "escalate", "pass", "context", "blur", "held", "sheet")
)
