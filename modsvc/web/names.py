"""What pages call the classifier's labels, the other signals, and languages."""

from __future__ import annotations

from babel import Locale
from flask_babel import gettext, lazy_gettext

from modsvc.web.language import spoken

LABEL_NAMES = {
    "toxicity": lazy_gettext("toxicity"),
    "severe_toxicity": lazy_gettext("severe toxicity"),
    "obscene": lazy_gettext("obscene"),
    "threat": lazy_gettext("threat"),
    "insult": lazy_gettext("insult"),
    "identity_attack": lazy_gettext("identity attack"),
    "spam": lazy_gettext("spam"),
}
# What an editor's words mark in a comment before there is a reason, and what a search finds.
FOUND = "found"


def label_name(label: str) -> str:
    """Name a label of the classifier; one of another version by its code."""
    return str(LABEL_NAMES.get(label, label.replace("_", " ")))


def signal_name(code: str) -> str:
    """Name any signal: a label, or what the policy's pages call it."""
    from modsvc.web.policy.naming import name_of  # Those pages show marked texts too.

    if code == FOUND:
        return gettext("found")
    return label_name(code) if code in LABEL_NAMES else name_of(code)


def language_name(code: str) -> str:
    """Name a language; one that has no name by its code."""
    return str(Locale.parse(spoken().locale).languages.get(code, code))
