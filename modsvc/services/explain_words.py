"""Say which entries of the word lists stopped a comment, with their notes and the evidence.

Decisions name entries by number and never hold a comment's words, so the comment is read once more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from modsvc.core.decision import Reason
from modsvc.core.evidence import Place, places
from modsvc.core.lexicon import Lexicon
from modsvc.core.text import normalise
from modsvc.core.words import Entry, WordList
from modsvc.store import words
from modsvc.store.words import Line


@dataclass(frozen=True, slots=True)
class Named:
    """An entry that a reason is about; `line` is None for one that stands in the policy document.

    `places` is empty where a comment is read otherwise now than when it was judged.
    """

    phrase: str
    line: Line | None
    places: tuple[Place, ...]


def explain_words(
    db: Connection,
    site: str,
    body: str,
    reasons: Iterable[Reason],
    *,
    in_policy: Sequence[Entry],
    lexicon: Lexicon | None,
) -> dict[str, list[Named]]:
    """Give the entries that reasons are about, by the reasons' codes.

    Parameters
    ----------
    in_policy
        The words that the site's policy document has, of which decisions do not say the number.
    """
    named = {
        reason.signal.code: entries
        for reason in reasons
        if isinstance(entries := reason.signal.detail.get("entries"), list)
    }
    if not named:
        return {}
    lines = words.of_ids(db, site, {id_ for ids in named.values() for id_ in ids})
    listed = [Entry(e.phrase, e.action, id=id_) for id_, e in lines.items()]
    found = _by_entry(body, [*listed, *in_policy], lexicon)
    told: dict[str, list[Named]] = {}
    for reason in reasons:
        code = reason.signal.code
        if code not in named:
            continue
        spans = {(span.start, span.end) for span in reason.signal.spans}
        here = {
            entry: kept
            for entry, all_ in found.items()
            if (kept := tuple(each for each in all_ if (each.start, each.end) in spans))
        }
        told[code] = [
            *(Named(e.phrase, lines[e.id], here.get(e, ())) for e in listed if e.id in named[code]),
            *(Named(e.phrase, None, there) for e, there in here.items() if not e.id),
        ]
    return told


def _by_entry(
    body: str, entries: Sequence[Entry], lexicon: Lexicon | None
) -> Mapping[Entry, list[Place]]:
    found: dict[Entry, list[Place]] = defaultdict(list)
    for place in places(normalise(body, lexicon), WordList(entries)):
        found[place.entry].append(place)
    return found
