"""What an Akismet client gets: a word, and headers with the rest.

https://akismet.com/developers/detailed-docs/
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from flask import Response

from modsvc.core.decision import Action, Decision
from modsvc.core.faults import FAULTS
from modsvc.core.messages import message
from modsvc.store.akismet_counts import Counts

SPAM, HAM, INVALID, VALID = "true", "false", "invalid", "valid"
# Neither: clients keep the comment for a person.
UNJUDGED = "unjudged"
# Of what Akismet itself would call spam.
SPAM_CODES = frozenset(
    {"spam", "links.too_many", "links.banned", "links.shortener", "links.look_alike"}
)
THANKS = "Thanks for making the web a better place."
TEXT = "text/plain; charset=utf-8"
# Any number that is none of Akismet's own.
HOLD_CODE = "200001"
_COLUMNS = (
    "Site",
    "Total API Calls",
    "Spam",
    "Ham",
    "Missed Spam",
    "False Positives",
    "Is Revoked",
)


def say(word: str, **headers: str) -> Response:
    """Answer a word; `debug_help` becomes the header X-akismet-debug-help."""
    response = Response(word, content_type=TEXT)
    for name, value in headers.items():
        response.headers[f"X-akismet-{name.replace('_', '-')}"] = value
    return response


def check(decision: Decision, guid: str, holds_as: str) -> Response:
    """Answer a check.

    What is held is answered as the key wants it, but that what reads as spam and nothing worse is
    called so: clients have a folder for it, where people may look.
    """
    if decision.action is Action.APPROVE:
        return say(HAM, guid=guid)
    if decision.action is Action.REJECT:
        blatant = any(
            r.signal.code == "spam" and r.action is Action.REJECT for r in decision.reasons
        )
        return say(SPAM, guid=guid, **({"pro_tip": "discard"} if blatant else {}))
    codes = {reason.signal.code for reason in decision.reasons}
    why = " ".join(message(reason.signal) for reason in decision.reasons)
    if not codes.isdisjoint(FAULTS):
        return unjudged(why, holds_as, guid=guid)
    if holds_as == "spam" or (holds_as == "error-header" and codes <= SPAM_CODES):
        return say(SPAM, guid=guid)
    return say(HAM, guid=guid) if holds_as == "ham" else _alert(HAM, why, guid=guid)


def unjudged(why: str, holds_as: str, **headers: str) -> Response:
    """Answer that nobody could judge it, so that no client prints it.

    A client that reads no headers is known by what its key calls spam; the others get no word that
    they know either, keep the comment for a person, and ask again.
    """
    return say(SPAM, **headers) if holds_as == "spam" else _alert(UNJUDGED, why, **headers)


def _alert(word: str, why: str, **headers: str) -> Response:
    said = " ".join(why.encode("ascii", "replace").decode().split())[:300]
    return say(word, error="1", alert_code=HOLD_CODE, alert_msg=said, **headers)


def sites_csv(
    prefix: str, month: str, page: Sequence[Counts], limit: int, offset: int, total: int
) -> str:
    """Write a page of sites as CSV; a cell that a spreadsheet would run is quoted."""
    out = io.StringIO()
    out.write(
        f"Active sites for {prefix}… during {month} "
        f"(limit:{limit}, offset: {offset}, total: {total})\n"
    )
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(_COLUMNS)
    for each in page:
        named = " ".join(each.blog.split())
        blog = f"'{named}" if named[:1] in ("=", "+", "-", "@") else named
        counts = (each.checks, each.spam, each.ham, each.missed_spam, each.false_positives)
        writer.writerow((blog, *counts, "false"))
    return out.getvalue()


def sites_json(
    month: str, page: Sequence[Counts], limit: int, offset: int, total: int
) -> dict[str, object]:
    """Say a page of sites; the counts are text, as Akismet gives them."""
    return {
        month: [
            {
                "site": each.blog,
                "api_calls": str(each.checks),
                "spam": str(each.spam),
                "ham": str(each.ham),
                "missed_spam": str(each.missed_spam),
                "false_positives": str(each.false_positives),
                "is_revoked": False,
            }
            for each in page
        ],
        "limit": limit,
        "offset": offset,
        "total": total,
    }
