"""Coral's addresses: its external moderation phase, and the webhook that tells what was decided.

Both are signed over the raw bytes; the key in the address says whose secrets count.
"""

from __future__ import annotations

import logging

from flask import Blueprint, Response, current_app, g, request
from werkzeug.exceptions import Unauthorized

from modsvc.api.answers import JSON, encode
from modsvc.protocols import keys
from modsvc.protocols.bodies import read_body
from modsvc.protocols.coral.answers import WITHHELD, answer
from modsvc.protocols.coral.asked import read_comment, read_event
from modsvc.protocols.coral.signing import HEADER, is_signed
from modsvc.protocols.faults import add_headers, status_and_sentence
from modsvc.protocols.judging import judge
from modsvc.store.sites import Key

log = logging.getLogger(__name__)

MAX_BYTES = 1 << 20

bp = Blueprint("coral", __name__, url_prefix="/coral")


@bp.post("/moderate")
def moderate() -> Response:
    """Judge a comment."""
    key, body = _signed()
    g.must_not_pass = True
    (decision,) = judge(key, [read_comment(body)])
    said = answer(decision)
    return Response(status=204) if said is None else Response(encode(said), content_type=JSON)


@bp.post("/webhook")
def learn() -> Response:
    """Keep what a person decided. Events that tell of nothing decided are taken, and not kept."""
    key, body = _signed()
    suggestion = read_event(body)
    if suggestion is not None:
        current_app.extensions["modsvc"].suggest_label(key, suggestion, once=True)
    return Response(status=204)


def answer_to(error: Exception) -> Response:
    """Turn any error into its answer.

    Coral notes an error in its log and goes on without us, which would publish the comment. So of
    what Coral itself signed, whatever cannot be judged or stored is withheld: neither a commenter's
    text nor a fault of ours is a way past us.
    """
    status, said = status_and_sentence(error)
    if g.get("must_not_pass"):
        log.error("coral.withheld: %d %s", status, type(error).__name__)
        return Response(encode(WITHHELD), content_type=JSON)
    response = Response(encode({"error": said}), status, content_type=JSON)
    add_headers(response, error)
    return response


def _signed() -> tuple[Key, bytes]:
    known = keys.find(request.args.get("key"))
    if known is None:
        raise Unauthorized("put a good key into the address: ?key=KEY")
    body = read_body(MAX_BYTES)
    secrets = current_app.extensions["modsvc"].authenticate.secrets(known)
    if not is_signed(body, request.headers.get(HEADER, ""), secrets):
        raise Unauthorized(f"{HEADER} was not made with a secret that this key knows")
    g.site = known.site
    return known, body
