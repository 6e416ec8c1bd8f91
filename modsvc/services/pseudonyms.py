"""Pseudonyms of network addresses, which only this installation can make."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from modsvc.core.comment import Comment
from modsvc.core.pseudonyms import of_network_address
from modsvc.store import installation
from modsvc.store.db import Database


class Pseudonyms:
    """Gives what stands for a network address; always the same, whichever process is asked."""

    def __init__(self, *, db: Database) -> None:
        self._db = db

    def __call__(self, address: str) -> str:
        """Give an address's pseudonym.

        Raises
        ------
        StoreUnavailable
            The database cannot be reached.
        """
        return of_network_address(address, self._secret)

    def hide(self, comment: Comment) -> Comment:
        """Put the pseudonym in the place of a comment's network address, where it has one.

        Raises
        ------
        StoreUnavailable
            The database cannot be reached.
        """
        if comment.address is None:
            return comment
        return replace(comment, address=self(comment.address))

    @cached_property
    def _secret(self) -> bytes:
        return installation.secret(self._db, "pseudonym_salt").encode()
