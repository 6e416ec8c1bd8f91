"""A policy as an editor writes it: one TOML document, read as a whole or refused as a whole.

`document.py` finds its tables and says where a mistake stands; each other file reads some of them.
"""

from __future__ import annotations

import hashlib
from typing import Any

from modsvc.core.policy import Policy
from modsvc.core.policy_document import lists, overrides, trust, weighing
from modsvc.core.policy_document.document import Document
from modsvc.core.policy_document.weighing import CODES

__all__ = ["CODES", "name_of", "read_policy"]


def read_policy(text: str, *, source: str = "policy", fallback: str | None = None) -> Policy:
    """Read a policy document.

    The version is the first 12 hexadecimal digits of the document's SHA-256, so that a decision
    names exactly the text that made it; and six of the fallback's after a `~` where that had a say.

    Parameters
    ----------
    text : str
        The TOML document.
    source : str
        What to call it in errors, such as a file name.
    fallback : str or None
        A whole document that says what this one leaves out: one that was saved before there was a
        rule says nothing of it.

    Raises
    ------
    PolicyInvalid
        Anything is missing, unknown or out of range; says where, what and what is allowed.
    """
    document = Document(text, source, Document(fallback, "fallback") if fallback else None)
    bands = weighing.bands(document)
    parts: dict[str, Any] = {
        "bands": bands,
        "bands_alone": weighing.bands_alone(document, bands),
        "reply_odds": weighing.reply_odds(document),
        "limits": weighing.limits(document),
        "queue": weighing.queue(document),
        "languages": lists.languages(document),
        "links": lists.links(document),
        "words": lists.words(document),
        "patterns": lists.patterns(document),
        "expressions": lists.expressions(document),
        "trust": trust.trust(document),
        "strict": overrides.strict(document),
        "overrides": overrides.overrides(document),
    }
    version = name_of(text)
    if fallback is not None and document.fell_back:
        version += f"~{name_of(fallback)[:6]}"
    return Policy(version=version, document=text, **parts)


def name_of(text: str) -> str:
    """Name a document by its content: the first part of every version that it makes."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]
