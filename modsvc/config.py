"""Settings: read from the environment once, at start. The README's table is held to this file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from environs import EnvError, FileAwareEnv
from marshmallow.validate import Length, OneOf, Range, Regexp

from modsvc.errors import SettingsInvalid

PREFIX = "MODSVC_"


@dataclass(frozen=True, slots=True)
class Settings:
    """All that an operator can set. Secrets are left out of the repr."""

    database_url: str = field(default="sqlite:///var/modsvc.db", repr=False)
    # A policy document of the operator's own; None for the one that comes with modsvc.
    policy: Path | None = None
    # A model's folder and the SHA-256 its manifest must have; None for the shipped model.
    model: Path | None = None
    model_sha256: str | None = None
    # Whether the second stage judges: `all`, `off` or `late`. None is `all` where it is installed,
    # and no complaint where it is not.
    encoder: str | None = None
    # Signs forms and cookies; None for one kept in the database.
    secret_key: str | None = field(default=None, repr=False)
    # Whether cookies are for HTTPS only. Off only where nobody but this machine can listen.
    secure_cookies: bool = True
    # How many reverse proxies stand in front and may say who the client is.
    trusted_proxies: int = 0
    log_level: str = "info"

    @classmethod
    def from_environment(cls) -> Settings:
        """Read `MODSVC_*`; each can be given as a file by `MODSVC_*_FILE` instead.

        Raises
        ------
        SettingsInvalid
            A setting cannot be used; says which and why.
        """
        env = FileAwareEnv(prefix=PREFIX, eager=False, strip_whitespace=True)
        default = cls()
        try:
            values = cls._read(env, default)
            env.seal()
        except (EnvError, ValueError) as error:
            raise SettingsInvalid(_sentence(error)) from None
        return cls(**values)

    @staticmethod
    def _read(env: FileAwareEnv, default: Settings) -> dict[str, Any]:
        return {
            "database_url": env.str("DATABASE_URL", default.database_url),
            "policy": env.path("POLICY", None),
            "model": env.path("MODEL", None),
            "model_sha256": env.str("MODEL_SHA256", None, validate=_SHA256),
            "encoder": env.str("ENCODER", None, validate=_ENCODER),
            "secret_key": env.str("SECRET_KEY", None, validate=_SECRET),
            "secure_cookies": env.bool("SECURE_COOKIES", default.secure_cookies),
            "trusted_proxies": env.int("TRUSTED_PROXIES", 0, validate=Range(0, 5)),
            "log_level": env.str("LOG_LEVEL", default.log_level, validate=_LEVEL),
        }


ALL, OFF, LATE = "all", "off", "late"

_ENCODER = OneOf((ALL, OFF, LATE))
_SHA256 = Regexp(r"[0-9a-f]{64}\Z", error="write the 64 hexadecimal digits of a SHA-256")
_SECRET = Length(min=32, error="at least 32 characters, such as: openssl rand -hex 32")
_LEVEL = OneOf(("debug", "info", "warning", "error"))


def _sentence(error: Exception) -> str:
    messages = getattr(error, "error_messages", None) or {"": [str(error)]}
    return "; ".join(
        f"{name} cannot be used: {' '.join(map(str, problems))}" if name else str(problems[0])
        for name, problems in messages.items()
    )
