"""Perspective's addresses: score a text, suggest a label for one, both in batches.

Google's own client libraries find them by the discovery document.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from flask import Blueprint, Response, current_app, g, request

from modsvc.api.answers import JSON, encode
from modsvc.protocols import keys
from modsvc.protocols.bodies import read_body
from modsvc.protocols.judging import judge
from modsvc.protocols.perspective import answers, batch, discovery
from modsvc.protocols.perspective.asked import Analyze, read_analyze, read_suggest
from modsvc.protocols.perspective.attributes import REJECTION
from modsvc.protocols.perspective.errors import KeyRefused, body_of
from modsvc.store.sites import Key

MAX_BYTES = 1 << 20
MAX_BATCH_BYTES = 16 << 20
ANALYZE, SUGGEST = "/v1alpha1/comments:analyze", "/v1alpha1/comments:suggestscore"

bp = Blueprint("perspective", __name__)


@bp.post(ANALYZE)
def analyze() -> Response:
    """Score a text."""
    return _response(_analyze(_key(), read_body(MAX_BYTES)))


@bp.post(SUGGEST)
def suggest() -> Response:
    """Keep what a site says of a text."""
    return _response(_suggest(_key(), read_body(MAX_BYTES)))


@bp.post("/batch")
def many() -> Response:
    """Answer several requests that came as one, each on its own."""
    sent = read_body(MAX_BATCH_BYTES)
    found = [_part(part) for part in batch.read(request.headers.get("Content-Type", ""), sent)]
    body, content_type = batch.write(found)
    return Response(body, content_type=content_type)


@bp.get("/$discovery/rest")
def describe() -> Response:
    """Describe the addresses above to client libraries."""
    return _response(discovery.document(request.host_url))


def _part(part: batch.Part) -> batch.Answered:
    try:
        body = _act(part)(_known(part.key or _sent_key()), part.body)
        return batch.Answered(part.content_id, 200, encode(body))
    except Exception as error:  # noqa: BLE001  One bad request never sinks the others.
        status, body = body_of(error)
        return batch.Answered(part.content_id, status, encode(body))


def _act(part: batch.Part) -> Callable[[Key, bytes], dict[str, object]]:
    act = {ANALYZE: _analyze, SUGGEST: _suggest}.get(part.path)
    if act is None or part.method != "POST":
        raise batch.NoSuchPart(part.method, part.path)
    return act


def _analyze(key: Key, sent: bytes) -> dict[str, object]:
    asked = read_analyze(sent, unmeasured_as_zero=key.answering.unmeasured_as_zero)
    modsvc = current_app.extensions["modsvc"]
    scores = dict(_scores(key, asked))
    if not scores:
        raise answers.without_scores(asked, modsvc.score_comment.language(asked.comment))
    if any(attribute.label == REJECTION for attribute in asked.attributes):
        likely = modsvc.likely_to_reject(key.site, asked.comment, scores)
        scores |= {} if likely is None else {REJECTION: likely}
    return answers.analysis(
        asked,
        scores,
        partial(modsvc.score_comment.words, asked.comment),
        unmeasured_as_zero=key.answering.unmeasured_as_zero,
    )


def _scores(key: Key, asked: Analyze) -> Mapping[str, float]:
    if key.answering.keeps_comments and asked.may_store:
        return judge(key, [asked.comment])[0].scores
    scores: Mapping[str, float]
    # Whoever asks for scores gets no rule's word, so that none is asked.
    (scores,) = current_app.extensions["modsvc"].score_comment.scores(key.site, [asked.comment])
    return scores


def _suggest(key: Key, sent: bytes) -> dict[str, object]:
    suggestion, languages = read_suggest(sent)
    current_app.extensions["modsvc"].suggest_label(key, suggestion)
    return answers.suggested(suggestion.token, languages)


def _key() -> Key:
    return _known(_sent_key())


def _sent_key() -> str | None:
    """Find the key where Google's clients put it: in the address, or in a header."""
    return request.args.get("key") or request.headers.get("X-Goog-Api-Key")


def _known(sent: str | None) -> Key:
    if not sent:
        raise KeyRefused(
            "The request is missing a valid API key.", "CREDENTIALS_MISSING", status=403
        )
    known = keys.find(sent)
    if known is None:
        raise KeyRefused(
            "API key not valid. Please pass a valid API key.", "API_KEY_INVALID", status=400
        )
    g.site = known.site
    return known


def _response(answer: dict[str, object]) -> Response:
    return Response(encode(answer), content_type=JSON)
