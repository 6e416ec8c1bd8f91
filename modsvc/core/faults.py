"""Faults: signals that say a part could not run. They always hold; none can be tuned away."""

FAULTS: dict[str, str] = {
    "classifier.unavailable": "The classifier could not run, so nothing was scored.",
    "rule.failed": "A rule could not run, so it was not checked.",
    "text.unreadable": "The text unfolds to more than can be read.",
}
