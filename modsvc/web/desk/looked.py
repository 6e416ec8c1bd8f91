"""A range that is being looked at, as its address has it: signed, so that it is what was seen."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

import orjson
from flask import current_app, g
from flask_babel import gettext as _
from itsdangerous import Signer
from werkzeug.exceptions import BadRequest

from modsvc.core.labels import LABELS
from modsvc.core.releasing import SIZES
from modsvc.services.release_range import Looked
from modsvc.store.ranges import Range
from modsvc.web.queue.filters import SCORE

SEED = re.compile(r"[A-Za-z0-9_-]{4,32}")
NUMBER = re.compile(r"[0-9]{1,18}")
FINE, BAD, SIGNATURE = "fine", "bad", "sig"


def address(looked: Looked) -> dict[str, Any]:
    """Write what was chosen and found so far, as the address has it."""
    told = _told(looked)
    return {**told, SIGNATURE: _signer().get_signature(_signed(told)).decode()}


def looked_at(told: Mapping[str, str]) -> Looked:
    """Read what `address` wrote, for whom it was written.

    Raises
    ------
    BadRequest
        It is none of ours, or was changed: nobody could say that what it names was looked at.
    """
    seed = told.get("seed", "")
    if not SEED.fullmatch(seed):
        raise _not_ours()
    fine, bad = (_ids(told.get(name, "")) for name in (FINE, BAD))
    looked = Looked(
        chosen_range(told),
        whole(told.get("draw", "")),
        seed,
        as_of=whole(told.get("as_of", "")),
        began_with=whole(told.get("with", "")),
        size=chosen_size(told),
        chosen=whole(told.get("chosen", "")),
        fine=fine,
        bad=bad,
    )
    if not _signer().verify_signature(_signed(_told(looked)), told.get(SIGNATURE, "")):
        raise BadRequest(_("This address was changed, or is somebody else's. Draw anew."))
    return looked


def chosen_range(told: Mapping[str, str]) -> Range:
    """Read which scores were chosen.

    Raises
    ------
    BadRequest
        There are none such.
    """
    label, low, high = (told.get(name, "").strip() for name in ("label", "low", "high"))
    if label not in LABELS:
        raise BadRequest(_("Choose a label."))
    if not SCORE.fullmatch(low) or not SCORE.fullmatch(high):
        raise BadRequest(
            _("A score is a number from 0 to 1, with up to four digits after the point.")
        )
    if float(low) >= float(high):
        raise BadRequest(_("The range must begin below where it ends."))
    reason, section = told.get("reason", ""), told.get("section", "")
    return Range(label, float(low), float(high), reason[:100], section[:500])


def chosen_size(told: Mapping[str, str]) -> int:
    """Read how many are to be looked at.

    Raises
    ------
    BadRequest
        So many cannot be.
    """
    size = whole(told.get("size", ""))
    if size not in SIZES:
        raise BadRequest(_("Choose to look at %(sizes)s.", sizes=", ".join(map(str, SIZES))))
    return size


def whole(text: str) -> int:
    """Read a whole number.

    Raises
    ------
    BadRequest
        It is none, or too great.
    """
    if not NUMBER.fullmatch(text):
        raise _not_ours()
    return int(text)


def _told(looked: Looked) -> dict[str, Any]:
    chosen = looked.range
    told = {
        "label": chosen.label,
        "low": f"{chosen.low:g}",
        "high": f"{chosen.high:g}",
        "reason": chosen.reason or None,
        "section": chosen.section or None,
        "size": looked.size,
        "chosen": looked.chosen,
        "draw": looked.draw,
        "seed": looked.seed,
        "as_of": looked.as_of,
        "with": looked.began_with,
        FINE: ".".join(map(str, looked.fine)) or None,
        BAD: ".".join(map(str, looked.bad)) or None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _signed(told: Mapping[str, Any]) -> bytes:
    """Write whose it is, and at which site: what another looked at is not theirs to release."""
    return orjson.dumps([g.site, g.visitor.id, told])


def _signer() -> Signer:
    secret = current_app.secret_key
    assert secret is not None  # noqa: S101  The session that led here has it.
    return Signer(secret, salt="release", key_derivation="hmac", digest_method=hashlib.sha256)


def _ids(text: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(whole(each) for each in text.split(".") if text))[: max(SIZES)]


def _not_ours() -> BadRequest:
    return BadRequest(_("This address does not lead to a range that is being looked at."))
