"""Who works at a site, and as what: invited, changed and removed by its admins."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from modsvc.core.roles import MANAGE, NAMED, is_at_least, may, within
from modsvc.core.sentence import Sentence
from modsvc.errors import LastAdmin, NotFound, RoleLost
from modsvc.services.log_in import LogIn
from modsvc.services.passwords import Passwords
from modsvc.store import handed, invitations, people, sites
from modsvc.store.db import Database
from modsvc.store.invitations import Invitation
from modsvc.store.people import Change, Member
from modsvc.store.writer import Writer

log = logging.getLogger(__name__)

GOOD_FOR = timedelta(days=7)
MAX_NAME_CHARS = 80
ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Staff:
    """Who works at a site, who is invited, and what was changed of that lately.

    members : those of the page that was asked for, by name
    n : how many work there in all
    found : how many there are of those asked for, on all pages
    after : after whose name the next page begins; None where there is none
    """

    members: list[Member]
    n: int
    found: int
    after: str | None
    invited: list[Invitation]
    changes: list[Change]
    second_step_from: str | None


class ManagePeople:
    """Lets a site's admins say who works there. What they are elsewhere is nobody's business."""

    def __init__(
        self,
        *,
        db: Database,
        writer: Writer,
        passwords: Passwords,
        log_in: LogIn,
        now: Callable[[], datetime],
    ) -> None:
        self._db, self._writer, self._now = db, writer, now
        self._passwords, self._log_in = passwords, log_in

    def staff(self, site: str, *, named: str = "", after: str = "") -> Staff:
        """Give who works at a site, a page of them: those who are named so, after a name."""
        with self._db.read() as db:
            members = people.of_site(db, site, named=named, after=after)
            is_full = len(members) == people.MOST_LISTED
            last = members[-1].name if is_full else None
            more = last and people.of_site(db, site, named=named, after=last)
            return Staff(
                members,
                people.count_at(db, site),
                people.count_at(db, site, named=named),
                last if more else None,
                invitations.list_open(db, site, self._now()),
                people.changes(db, site),
                sites.second_step_from(db, site),
            )

    def invite(self, site: str, by: int, role: str) -> str:
        """Invite whoever gets the token that is given to join a site in a role, once.

        Raises
        ------
        RoleLost
            They may not give that role.
        """

        def make(db: Connection) -> str:
            now = self._now()
            if role not in within(people.role_at(db, by, site)):
                raise RoleLost(Sentence("you may not give this role at this site"))
            token = invitations.make(db, site, role, by, now, now + GOOD_FOR)
            people.note_change(db, site, "invited", now, by=by, role=role)
            return token

        token = self._writer.write(make)
        log.info("people.invited: site %s, as %s, by %d", site, role, by)
        return token

    def withdraw(self, site: str, by: int, invitation: int) -> None:
        """Take an invitation back.

        Raises
        ------
        NotFound
            There is none such at this site, or it was used.
        RoleLost
            They may not.
        """

        def take_back(db: Connection) -> None:
            self._see_that_they_manage(db, site, by)
            if not invitations.withdraw(db, site, invitation):
                raise NotFound(Sentence("this invitation is not open any more"))
            people.note_change(db, site, "withdrawn", self._now(), by=by)

        self._writer.write(take_back)
        log.info("people.invitation_withdrawn: site %s, by %d", site, by)

    def change_role(self, site: str, by: int, moderator: int, role: str) -> None:
        """Let somebody be something else at a site.

        Raises
        ------
        NotFound
            They do not work at this site.
        LastAdmin
            Nobody else would be left to manage people.
        RoleLost
            Who asks may not give that role.
        """

        def change(db: Connection) -> None:
            had = self._see_that_they_manage(db, site, by, moderator)
            if role not in within(people.role_at(db, by, site)):
                raise RoleLost(Sentence("you may not give this role at this site"))
            if role != ADMIN:
                _see_that_an_admin_is_left(db, site, had, moderator)
            people.join_site(db, moderator, site, role)
            people.note_change(db, site, "role", self._now(), by=by, moderator=moderator, role=role)

        self._writer.write(change, order=site)
        log.info("people.role: site %s, moderator %d is %s, by %d", site, moderator, role, by)

    def ask_second_step(self, site: str, by: int, role: str | None) -> None:
        """Ask a second step at log-in of a role and those above it, or of nobody; at once.

        Raises
        ------
        RoleLost
            They may not.
        """

        def ask(db: Connection) -> None:
            self._see_that_they_manage(db, site, by)
            sites.ask_second_step_from(db, site, role)
            people.note_change(db, site, "second_step", self._now(), by=by, role=role or "")

        self._writer.write(ask, order=site)
        log.info("people.second_step: site %s, from %s on, by %d", site, role or "nobody", by)

    def remove(self, site: str, by: int, moderator: int) -> None:
        """Let somebody work at a site no more, at once; what waits for them waits for anybody.

        Raises
        ------
        NotFound
            They do not work at this site.
        LastAdmin
            Nobody else would be left to manage people.
        RoleLost
            Who asks may not.
        """

        def leave(db: Connection) -> None:
            had = self._see_that_they_manage(db, site, by, moderator)
            _see_that_an_admin_is_left(db, site, had, moderator)
            people.leave_site(db, moderator, site)
            handed.take_back(db, moderator, site)
            people.note_change(db, site, "removed", self._now(), by=by, moderator=moderator)

        self._writer.write(leave, order=site)
        log.info("people.removed: site %s, moderator %d, by %d", site, moderator, by)

    def invitation(self, token: str) -> Invitation | None:
        """Give what a token invites to; None when it is not good (any more)."""
        with self._db.read() as db:
            return self._find(db, token)

    def join_as_new(self, token: str, name: str, password: str, device: str = "") -> str:
        """Join a site as somebody new, by an invitation; give the token of their session.

        Raises
        ------
        ValueError
            The name or the password cannot be used; says why.
        AlreadyExists
            Somebody else has that name.
        NotFound
            The invitation is not good (any more).
        StoreBusy
            Too many passwords are being hashed.
        """
        name = checked_name(name)
        if self.invitation(token) is None:  # Or strangers could have us hash.
            raise _spent()
        password_hash = self._passwords.hash(password)

        def join(db: Connection) -> tuple[Invitation, int, str]:
            new = people.add(db, name, self._now(), password_hash=password_hash)
            return self._use(db, token, new), new, self._log_in.start(db, new, device)

        used, new, session = self._writer.write(join)
        log.info("people.joined: site %s, moderator %d as %s", used.site, new, used.role)
        return session

    def join(self, token: str, moderator: int) -> str:
        """Let somebody who is known join a site by an invitation; give the site.

        Raises
        ------
        NotFound
            The invitation is not good (any more).
        RoleLost
            They would be no more than they are there already.
        """
        used = self._writer.write(lambda db: self._use(db, token, moderator))
        log.info("people.joined: site %s, moderator %d as %s", used.site, moderator, used.role)
        return used.site

    def _find(self, db: Connection, token: str) -> Invitation | None:
        """Find an invitation that is good: one that who made it could make today."""
        found = invitations.find(db, token, self._now())
        if found and found.role in within(people.role_at(db, found.invited_by, found.site)):
            return found
        return None

    def _use(self, db: Connection, token: str, moderator: int) -> Invitation:
        now = self._now()
        found = self._find(db, token)
        if found is None:
            raise _spent()
        people.lock_site(db, found.site)
        has = people.role_at(db, moderator, found.site)
        if has is not None and is_at_least(has, found.role):
            raise RoleLost(
                Sentence(
                    "you work at this site already, as {has}; the invitation is unused",
                    has=NAMED[has],
                )
            )
        if not invitations.use(db, token, moderator, now):
            raise _spent()
        people.join_site(db, moderator, found.site, found.role)
        people.note_change(
            db,
            found.site,
            "joined",
            now,
            by=found.invited_by,
            moderator=moderator,
            role=found.role,
        )
        return found

    def _see_that_they_manage(
        self, db: Connection, site: str, by: int, moderator: int | None = None
    ) -> str:
        """See that somebody manages a site's people, and give what another is there.

        Under a lock, so that no two admins make each other go.
        """
        people.lock_site(db, site)
        if not may(people.role_at(db, by, site), MANAGE):
            raise RoleLost(Sentence("you do not manage this site's people any more"))
        role = people.role_at(db, by if moderator is None else moderator, site)
        if role is None:
            raise NotFound(Sentence("nobody of that number works at this site"))
        return role


def checked_name(name: str) -> str:
    """Give a name as it is kept.

    Raises
    ------
    ValueError
        It has nothing to read, too much, or what cannot be seen.
    """
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if not name or len(name) > MAX_NAME_CHARS:
        raise ValueError(Sentence("a name has 1 to {most} characters", most=MAX_NAME_CHARS))
    if any(unicodedata.category(char)[0] == "C" for char in name):
        raise ValueError(Sentence("a name has no characters that cannot be seen"))
    return name


def _see_that_an_admin_is_left(db: Connection, site: str, had: str, moderator: int) -> None:
    if had == ADMIN and not people.has_other(db, site, ADMIN, moderator):
        raise LastAdmin(Sentence("this is the site's last admin; make somebody else one first"))


def _spent() -> NotFound:
    return NotFound(
        Sentence("this invitation was used already, withdrawn, or is too old; ask for a new one")
    )
