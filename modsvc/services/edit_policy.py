"""What editors do with a site's policy: write a draft, try it, replay it, save it, go back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from modsvc.core.comment import Comment
from modsvc.core.facts import Facts
from modsvc.core.merging import merge
from modsvc.core.policy import Policy
from modsvc.core.policy_document import name_of
from modsvc.core.screening import Scorer, Seen, look_at
from modsvc.core.sentence import Sentence
from modsvc.errors import PolicyChanged, PolicyInvalid
from modsvc.services import save_policy
from modsvc.services.policies import Policies
from modsvc.services.read_policies import ReadPolicies
from modsvc.store import drafts, policies
from modsvc.store.db import Database
from modsvc.store.policies import Saved, Standing
from modsvc.store.writer import Writer

# Of what a page may ask to be replayed: some seconds of work beside all else.
MAX_REPLAYED = 20_000
CHANGED = Sentence(
    "somebody has put other rules in force since you began; look at what they did, and then save "
    "yours again if it still should be"
)

ANOTHER = (
    "the draft was changed in another window, and is not saved; this page shows it as it is now"
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What an editor has before them.

    document : the draft, or else what is in force
    in_force : that version, None where the installation's policy is in force
    judging : what comments are judged by now
    begun_on : what was in force when the draft was begun, as text
    policy : what the document would be in force as; None if it cannot be
    problem : why the document cannot be used; None if it can
    is_stale : whether another version was put in force since the draft was begun
    """

    document: str
    is_draft: bool
    standing: Standing
    in_force: Saved | None
    in_force_document: str
    judging: Policy
    begun_on: str
    policy: Policy | None
    problem: PolicyInvalid | None
    is_stale: bool

    @property
    def merged(self) -> str | None:
        """Give the draft's changes on top of what is in force now; None where both touch."""
        return merge(self.begun_on, self.document, self.in_force_document)


class EditPolicy(ReadPolicies):
    """An editor's work on a site's policy."""

    def __init__(
        self,
        *,
        db: Database,
        writer: Writer,
        policies: Policies,
        scorer: Scorer | None,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(db=db, policies=policies, now=now)
        self._writer, self._scorer = writer, scorer

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages of the classifier that judge here; none where there is no model."""
        return self._scorer.stages if self._scorer else ()

    def desk(self, site: str, moderator: int | None) -> Desk:
        """Give what an editor has before them; None is somebody who has no draft."""
        with self._db.read() as db:
            standing = policies.standing(db, site)
            saved = policies.get(db, site, standing.policy) if standing.policy else None
            draft = drafts.draft(db, site, moderator) if moderator is not None else None
            in_force, begun_on = (
                self._document(db, site, number)
                for number in (standing.policy, draft.begun_on if draft else standing.policy)
            )
            document = draft.document if draft else in_force
            policy, problem = None, None
            try:
                policy = self._policies.draft(db, site, document)
            except PolicyInvalid as error:
                problem = error
        return Desk(
            document,
            draft is not None,
            standing,
            saved,
            in_force,
            self._policies.at(site, standing.rulebook).policy,
            begun_on,
            policy,
            problem,
            draft is not None and draft.begun_on != standing.policy,
        )

    def keep(self, site: str, moderator: int, document: str, *, seen: str | None = None) -> None:
        """Keep a draft, good or not. What was in force when it was begun is remembered.

        Parameters
        ----------
        seen
            The name of the document that it was made from: of the draft before, or of what was in
            force. None keeps it whatever is there.

        Raises
        ------
        PolicyChanged
            Meanwhile there is another.
        """

        def write(db: Connection) -> None:
            standing, draft = policies.lock_standing(db, site), drafts.draft(db, site, moderator)
            before = draft.document if draft else self._document(db, site, standing.policy)
            if seen is not None and name_of(before) != seen:
                raise PolicyChanged(Sentence("the policy was changed since this page was made"))
            begun_on = draft.begun_on if draft else standing.policy
            drafts.keep(db, site, moderator, document, begun_on, self._now())

        self._writer.write(write, order=site)

    def rebase(self, site: str, moderator: int, *, seen: int, merged: bool) -> None:
        """Let a draft go on from what is in force now.

        Parameters
        ----------
        seen
            The version in force when the editor chose so; 0 is the installation's.
        merged
            Whether what others changed is put into it; without, the draft undoes that.

        Raises
        ------
        PolicyChanged
            There is another version in force already, or both changed the same lines.
        """

        def write(db: Connection) -> None:
            standing, draft = policies.lock_standing(db, site), drafts.draft(db, site, moderator)
            if draft is None or (standing.policy or 0) != seen:
                raise PolicyChanged(CHANGED)
            document: str | None = draft.document
            if merged:
                begun_on, in_force = (
                    self._document(db, site, number) for number in (draft.begun_on, standing.policy)
                )
                document = merge(begun_on, draft.document, in_force)
            if document is None:
                raise PolicyChanged(Sentence("you and somebody else have changed the same lines"))
            drafts.keep(db, site, moderator, document, standing.policy, self._now())

        self._writer.write(write, order=site)

    def discard(self, site: str, moderator: int) -> None:
        """Forget a draft."""
        self._writer.write(lambda db: drafts.drop(db, site, moderator), order=site)

    def save(self, site: str, moderator: int, *, seen: str, note: str, shadow: bool = False) -> int:
        """Save the draft as a version, in force from the next comment on, or only looking on.

        Parameters
        ----------
        seen
            The name of the document that the editor had before them.

        Raises
        ------
        PolicyInvalid
            It cannot be used, and the one in force goes on.
        PolicyChanged
            Somebody else has put another version in force since the draft was begun; or there is
            another draft, or none any more.
        """

        def write(db: Connection) -> int:
            standing, draft = policies.lock_standing(db, site), drafts.draft(db, site, moderator)
            if draft is None:
                raise PolicyChanged(
                    Sentence("there is no draft any more: it was saved, or discarded")
                )
            if name_of(draft.document) != seen:
                raise PolicyChanged(ANOTHER)
            if not shadow and draft.begun_on != standing.policy:
                raise PolicyChanged(CHANGED)
            number = save_policy.save(
                db,
                site,
                self._policies.read(draft.document, "policy"),
                note=note,
                author=moderator,
                now=self._now(),
                shadow=shadow,
            )
            drafts.drop(db, site, moderator)
            return number

        return self._writer.write(write, order=site)

    def go_back(self, site: str, moderator: int, number: int, *, seen: int) -> int:
        """Save an earlier version once more, in force from the next comment on.

        Version 0 is the installation's policy.

        Raises
        ------
        NotFound
            There is no such version.
        PolicyInvalid
            This version of modsvc cannot use it.
        PolicyChanged
            Somebody else has changed the rules since `seen`.
        """

        def write(db: Connection) -> int:
            document = self._document(db, site, number)
            return save_policy.save(
                db,
                site,
                self._policies.read(document, f"version {number}"),
                note=f"Version {number} once more." if number else "The installation's once more.",
                author=moderator,
                now=self._now(),
                seen=seen,
            )

        return self._writer.write(write, order=site)

    def stop_looking_on(self, site: str) -> None:
        """Let no policy look on any more. What it recorded stays."""
        self._writer.write(lambda db: policies.let_look_on(db, site, None, 0), order=site)

    def try_on(self, policy: Policy, comments: Sequence[Comment], facts: Facts) -> list[Seen]:
        """Say all that is noticed about comments, and what a policy makes of it. Nothing is kept.

        Parameters
        ----------
        policy
            As `desk` gives it.
        facts
            What is to be taken as known of them.
        """
        return [look_at(each, scorer=self._scorer, policy=policy, facts=facts) for each in comments]

    def ask_replay(self, site: str, moderator: int, document: str, newest: int) -> int:
        """Ask for a document to be replayed, and give the replay's id.

        Raises
        ------
        PolicyInvalid
            The document cannot be used.
        """
        self._policies.read(document, "policy")
        newest = min(newest, MAX_REPLAYED)
        return self._writer.write(
            lambda db: drafts.ask(db, site, moderator, document, newest, self._db.now(db)),
            order=site,
        )

    def _document(self, db: Connection, site: str, number: int | None) -> str:
        return policies.get(db, site, number).document if number else self.default_document
