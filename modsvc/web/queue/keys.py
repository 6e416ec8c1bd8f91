"""What each key of the queue does, as the sheet says it."""

from __future__ import annotations

# In the order of the sheet. The keys are in core/keyboard.py.
DOES = {
    "next": "Next comment",
    "previous": "Previous comment",
    "approve": "Approve",
    "reject": "Reject, then a digit for the reason",
    "undo": "Undo what you did last",
    "skip": "Skip to the next without deciding",
    "select": "Tick, or take the tick away",
    "range": "Tick all from the last ticked one to here",
    "escalate": "Escalate to a lead",
    "pass": "Pass to someone else",
    "context": "Open the context",
    "blur": "Show or hide what is masked",
    "one": "One at a time, or back to the list",
    "new": "Show what has come in since",
    "search": "Search",
    "held": "To the queue",
    "done": "To what you did last",
    "sheet": "This sheet",
}
