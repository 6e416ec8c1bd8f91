"""Review a case: claim it, read it, decide it. A moderator's decision is the newest and counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from modsvc.core.comment import Article, Author, Parent
from modsvc.core.lexicon import Lexicon
from modsvc.services.explain_words import Named, explain_words
from modsvc.services.policies import Policies
from modsvc.store import cases, claims, comments, decisions, people
from modsvc.store.cases import Case
from modsvc.store.db import Database
from modsvc.store.decisions import Recorded
from modsvc.store.writer import Writer

# Long enough to read an article's worth of context without scripts renewing the claim.
LEASE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class CaseFile:
    """All that is shown about a case: what was said, where, by whom, and why it is here."""

    case: Case
    body: str
    article: Article
    author: Author
    parent: Parent | None
    decisions: list[Recorded]
    # Which moderator took each decision, by its position; the policy's are absent.
    decided_by: dict[int, str]
    claimed_by_name: str | None
    # The entries of word lists that reasons of the decision in force are about, by their codes.
    words: Mapping[str, Sequence[Named]]

    @property
    def in_force(self) -> Recorded:
        """The newest decision."""
        return self.decisions[-1]


class ReviewCase:
    """What moderators do with the queue, one transaction each."""

    def __init__(
        self,
        *,
        db: Database,
        writer: Writer,
        policies: Policies,
        now: Callable[[], datetime],
        lexicon: Lexicon | None = None,
    ) -> None:
        self._db, self._writer, self._policies, self._now = db, writer, policies, now
        self._lexicon = lexicon

    def claim_next(self, site: str, moderator: int, *, is_lead: bool = False) -> int | None:
        """Claim the most pressing case for a moderator and give its id; None when none is free."""

        def write(db: Connection) -> int | None:
            now = self._db.now(db)
            return claims.claim_next(
                db, site=site, moderator=moderator, is_lead=is_lead, lease=LEASE, now=now
            )

        return self._writer.write(write, order=site)

    def claim(self, site: str, case_id: int, moderator: int) -> bool:
        """Claim this case, or renew one's claim; False when another moderator has it.

        Raises
        ------
        NotFound
            The site has no such case.
        """

        def write(db: Connection) -> bool:
            case = cases.get(db, site, case_id, lock=True)
            if not case.is_open:
                return False
            now = self._db.now(db)
            return claims.claim(db, case, moderator=moderator, lease=LEASE, now=now)

        return self._writer.write(write, order=site)

    def release(self, site: str, case_id: int, moderator: int) -> None:
        """Give a case back to the queue.

        Raises
        ------
        NotFound
            The site has no such case.
        """

        def write(db: Connection) -> None:
            cases.get(db, site, case_id, lock=True)
            claims.release(db, case_id, moderator=moderator)

        self._writer.write(write, order=site)

    def open(self, site: str, case_id: int) -> CaseFile:
        """Give all that is shown about a case.

        Raises
        ------
        NotFound
            The site has no such case.
        """
        listed = self._policies.of(site).policy.words.entries
        with self._db.read() as db:
            case = cases.get(db, site, case_id)
            stored = comments.find(db, site, case.comment_id)
            assert stored is not None  # noqa: S101  A case's comment is there: a foreign key says so.
            now = self._db.now(db)
            holder = (
                people.get(db, case.claimed_by)
                if case.claimed_by is not None and case.claimed_until and case.claimed_until > now
                else None
            )
            judged = decisions.of_comment(db, stored.key)
            return CaseFile(
                case=case,
                body=stored.body,
                article=comments.article(db, site, stored.article),
                author=comments.author(db, site, stored.author),
                parent=comments.parent(db, site, stored.key, stored.revision),
                decisions=judged,
                decided_by=decisions.deciders(db, stored.key),
                claimed_by_name=holder.name if holder else None,
                words=explain_words(
                    db,
                    site,
                    stored.body,
                    judged[-1].reasons,
                    in_policy=[entry for entry in listed if not entry.id],
                    lexicon=self._lexicon,
                ),
            )
