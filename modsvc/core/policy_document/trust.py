"""[trust]: who is trusted, how trust is earned, and what it is worth."""

from __future__ import annotations

from collections.abc import Mapping

from modsvc.core.faults import FAULTS
from modsvc.core.policy_document.document import Document, is_number, meant, undotted
from modsvc.core.policy_document.weighing import CODES
from modsvc.core.sentence import Sentence
from modsvc.core.trust import Trust

# Nobody is trusted with what is not known, nor to write where nobody may.
NEVER_CAPPED = (*FAULTS, "bias.unstable", "article.closed")
NUMBERS = ("prior_comments", "prior_rate", "earned_rate")


def trust(document: Document) -> Trust:
    """Read whom the site trusts, and by how much."""
    table = document.table("trust", ("staff", *NUMBERS, "staff_caps", "earned_caps"))
    prior_comments = document.whole("prior_comments", table["prior_comments"], 1)
    for name in ("prior_rate", "earned_rate"):
        if not is_number(table[name]) or not 0 <= table[name] <= 1:
            document.refuse(Sentence("{name} is a number from 0 to 1", name=name), name)
    return Trust(
        staff=frozenset(document.texts("staff", table["staff"], Sentence("ids of authors"))),
        prior_comments=prior_comments,
        prior_rate=table["prior_rate"],
        earned_rate=table["earned_rate"],
        staff_caps=_caps(document, "staff_caps", table["staff_caps"]),
        earned_caps=_caps(document, "earned_caps", table["earned_caps"]),
    )


def _caps(document: Document, name: str, value: object) -> Mapping[str, float]:
    if not isinstance(value, dict):
        document.refuse(
            Sentence("{name} is written {{ shouting = 0.5 }}: codes and strengths", name=name), name
        )
    # A code with a dot and no quotes is a table of caps here.
    caps = {
        (f"{code}.{rest}" if rest else code): cap
        for code, inner in undotted(value).items()
        for rest, cap in (inner.items() if isinstance(inner, dict) else (("", inner),))
    }
    for code, cap in caps.items():
        if code not in CODES:
            document.refuse(
                Sentence(
                    "{name} names {code!r}, no signal{meant}",
                    name=name,
                    code=code,
                    meant=meant(code, CODES),
                ),
                name,
            )
        if code in NEVER_CAPPED:
            document.refuse(
                Sentence("{name} names {code}, with which nobody is trusted", name=name, code=code),
                name,
            )
        if not is_number(cap) or not 0 <= cap <= 1:
            document.refuse(
                Sentence("{name} gives {code} a number from 0 to 1", name=name, code=code), name
            )
    return caps
