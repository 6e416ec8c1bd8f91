"""The errors modsvc raises on purpose.

    ModsvcError
    ├── SettingsInvalid        a setting is missing or cannot be used
    ├── PolicyInvalid          a policy document is wrong; says file, line and reason
    ├── ExportInvalid          a file of another system's is no such export, or is damaged
    ├── ModelInvalid           the model's files are missing, altered or of another version
    │   └── EncoderUnavailable  so are the second stage's, or what runs them is not installed
    ├── StoreError
    │   ├── StoreUnavailable   the database cannot be reached or written; nothing was done
    │   ├── StoreBusy          too many writes are waiting; nothing was done
    │   └── SchemaOutdated     the database is at another revision than this version needs
    ├── LogAltered             a decision is not what was written
    ├── NotFound               no such comment, case or site
    └── Conflict
        ├── CaseAlreadyClosed  somebody decided first
        ├── CaseChanged        the comment was edited, or the claim passed to someone else
        ├── NobodyLeads        what would be left to leads would wait for ever
        ├── PolicyChanged      somebody else changed the site's rules since the form was made
        ├── AlreadyExists      that name is taken
        ├── LastAdmin          a site would be left without an admin
        ├── RoleLost           who changes roles may not any more, or never might
        └── IdempotencyKeyReused  the key came with another request before

Each says what happened, where, and what to do. `api/problems.py` and `web/errors.py` alone turn
them into answers.
"""


class ModsvcError(Exception):
    """Anything modsvc raises on purpose."""


class SettingsInvalid(ModsvcError):
    """A setting is missing or cannot be used."""


class PolicyInvalid(ModsvcError):
    """A policy document is wrong; `line` and `column` count from 1, None where it is the whole."""

    def __init__(
        self,
        reason: str,
        *,
        line: int | None = None,
        column: int | None = None,
        source: str = "policy",
    ) -> None:
        self.reason, self.line, self.column, self.source = reason, line, column, source
        where = ":".join(str(part) for part in (source, line, column) if part is not None)
        super().__init__(f"{where}: {reason}")


class ExportInvalid(ModsvcError):
    """A file of another system's is no such export, or is damaged; says where."""


class ModelInvalid(ModsvcError):
    """The model's files are missing, altered or of another version."""


class EncoderUnavailable(ModelInvalid):
    """The second stage cannot judge; the first can do without it."""


class StoreError(ModsvcError):
    """The database did not do what was asked."""


class StoreUnavailable(StoreError):
    """The database cannot be reached or written; nothing was done."""


class StoreBusy(StoreError):
    """Too many writes are waiting; nothing was done."""


class SchemaOutdated(StoreError):
    """The database is at another revision than this version needs."""


class LogAltered(ModsvcError):
    """A decision is missing, moved or not what was written."""


class NotFound(ModsvcError):
    """No such comment, case or site."""


class Conflict(ModsvcError):
    """What was asked no longer fits what is stored."""


class CaseAlreadyClosed(Conflict):
    """Somebody decided first."""


class CaseChanged(Conflict):
    """The comment was edited, or the claim passed to someone else, since the form was made."""


class NobodyLeads(Conflict):
    """What would be left to leads would wait for ever: the site has none."""


class PolicyChanged(Conflict):
    """Somebody else changed the site's rules since the form was made."""


class AlreadyExists(Conflict):
    """That name is taken."""


class LastAdmin(Conflict):
    """A site would be left without an admin."""


class RoleLost(Conflict):
    """Who changes roles may not any more, or never might."""


class IdempotencyKeyReused(Conflict):
    """The idempotency key came with another request before."""
