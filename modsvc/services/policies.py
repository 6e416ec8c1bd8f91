"""The policy in force at a site: its own or the installation's, with the site's words.

A change is in force with its commit: every comment's facts say how often the site's rules were
changed, and what was read before a change is not judged by.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from modsvc.core.lexicon import Lexicon
from modsvc.core.policy import Policy
from modsvc.core.policy_document import read_policy
from modsvc.core.words import WordList
from modsvc.errors import PolicyInvalid, StoreError
from modsvc.store import policies, words
from modsvc.store.db import Database
from modsvc.store.policies import Standing

log = logging.getLogger(__name__)

# Where nobody says how often the rules were changed, it is asked again after this long.
REMEMBERED_S = 1.0
UNREAD = "policy.unavailable"


@dataclass(frozen=True, slots=True)
class InForce:
    """A site's policy, and the one that looks on, if any, with its number."""

    policy: Policy
    shadow: Policy | None = None
    shadow_number: int | None = None


class Policies:
    """Reads policies from the store, each once for every change. Threads may share it.

    Parameters
    ----------
    default : Policy
        The installation's policy. A stored document that says nothing of a code which it knows is
        read with what it says.
    lexicon : Lexicon or None
        What comments are read with, so that words are looked for in such readings at once.
    """

    def __init__(self, *, db: Database, default: Policy, lexicon: Lexicon | None = None) -> None:
        self.default = default
        self._db, self._lexicon = db, lexicon
        self._lock = threading.Lock()
        self._known: dict[str, tuple[int, InForce]] = {}
        self._asked: dict[str, float] = {}

    def of(self, site: str) -> InForce:
        """Give what is in force at a site, at most REMEMBERED_S old."""
        now = time.monotonic()
        known = self._known.get(site)
        if known is not None and now - self._asked.get(site, 0.0) < REMEMBERED_S:
            return known[1]
        try:
            with self._db.read() as db:
                standing = policies.standing(db, site)
        except StoreError:
            return self.last(site)
        found = self.at(site, standing.rulebook)
        self._asked[site] = now
        return found

    def at(self, site: str, rulebook: int) -> InForce:
        """Give what is in force at a site whose rules were changed so often."""
        known = self._known.get(site)
        if known is not None and known[0] >= rulebook:
            return known[1]
        with self._lock:  # One reads; the others need what it reads.
            known = self._known.get(site)
            if known is not None and known[0] >= rulebook:
                return known[1]
            try:
                with self._db.read() as db:
                    standing = policies.standing(db, site)
                    found = self._read(db, site, standing)
            except StoreError:
                # It has changed, and nobody can say how.
                return InForce(self.last(site).policy.failing(UNREAD))
            self._known[site] = (standing.rulebook, found)
            return found

    def last(self, site: str) -> InForce:
        """Give what was in force when the store last answered, or what holds whatever passes."""
        known = self._known.get(site)
        return known[1] if known is not None else InForce(self.default.failing(UNREAD))

    def version(self, db: Connection, site: str, version: str) -> Policy | None:
        """Give the policy that decisions of a site name so, as it was; None if it is not to be had.

        Its words are those that were on the list then.
        """
        named, _, change = version.partition("+w")
        name = named.partition("~")[0]
        saved = policies.find(db, site, name)
        if saved is not None:
            try:
                policy = self.read(saved.document, f"version {saved.number}")
            except PolicyInvalid:
                return None  # An older modsvc could use it.
            if "~" in named and policy.version != named:
                return None  # Another installation's policy said what it left out.
        elif name == self.default.version:
            policy = self.default
        else:
            return None
        return self._with_words(db, site, policy, int(change or 0))

    def draft(self, db: Connection, site: str, document: str) -> Policy:
        """Give what a document would be in force as.

        Raises
        ------
        PolicyInvalid
            It cannot be used.
        """
        words_of = policies.standing(db, site).words
        return self._with_words(db, site, self.read(document, "policy"), words_of)

    def read(self, document: str, source: str) -> Policy:
        """Read a document that was good when it was saved.

        Raises
        ------
        PolicyInvalid
            It cannot be used by this version of modsvc.
        """
        return read_policy(document, source=source, fallback=self.default.document)

    def _read(self, db: Connection, site: str, standing: Standing) -> InForce:
        policy = self.default
        if standing.policy is not None:
            saved = policies.get(db, site, standing.policy)
            try:
                policy = self.read(saved.document, f"the policy of {site}, version {saved.number}")
            except PolicyInvalid as error:
                # An older modsvc saved it. What cannot be judged as the site wants is held.
                log.error("%s: %s", UNREAD, error)
                policy = self.default.failing(UNREAD)
        shadow = None
        if standing.shadow is not None:
            saved = policies.get(db, site, standing.shadow)
            try:
                shadow = self.read(saved.document, f"the shadow of {site}")
            except PolicyInvalid as error:
                log.error("shadow.unavailable: %s", error)
            else:
                shadow = self._with_words(db, site, shadow, standing.words)
        policy = self._with_words(db, site, policy, standing.words)
        return InForce(policy, shadow, standing.shadow if shadow else None)

    def _with_words(self, db: Connection, site: str, policy: Policy, change: int) -> Policy:
        """Add the site's own words to those that stand in a document."""
        if not change:
            return policy
        listed = WordList([*policy.words.entries, *words.entries(db, site, change)])
        listed.prepare(self._lexicon)
        return policy.with_words(listed, f"{policy.version}+w{change}")
