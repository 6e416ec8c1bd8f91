"""OpenAI's moderations endpoint: texts in, thirteen categories out.

https://platform.openai.com/docs/api-reference/moderations
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, Response, current_app, g, request
from werkzeug.datastructures import WWWAuthenticate

from modsvc.api.answers import JSON, encode
from modsvc.core.comment import MAX_BODY_CHARS, UNTOLD, Article, Author, Comment
from modsvc.core.decision import Action, Decision
from modsvc.core.faults import FAULTS
from modsvc.protocols import keys
from modsvc.protocols.bodies import NotAnObject, read_body, read_object
from modsvc.protocols.faults import add_headers, status_and_sentence
from modsvc.protocols.judging import judge
from modsvc.store.sites import Key

PATHS = ("/v1/moderations",)
MAX_BYTES = 4 << 20
MAX_TEXTS = 500
LATEST = "omni-moderation-latest"
# The older models answer without `illicit` and without saying what each category was looked for in.
OLDER = ("text-moderation-latest", "text-moderation-stable", "text-moderation-007")
MODELS = (LATEST, "omni-moderation-2024-09-26", *OLDER)
# The labels that a category is measured by: all must be there, so the lowest counts. What has none
# is not measured; its score is 0, and no kind of input is said to have been looked at for it.
CATEGORIES: dict[str, tuple[str, ...]] = {
    "harassment": ("insult",),
    "harassment/threatening": ("threat",),
    "hate": ("identity_attack",),
    "hate/threatening": ("identity_attack", "threat"),
    "illicit": (),
    "illicit/violent": (),
    "self-harm": (),
    "self-harm/intent": (),
    "self-harm/instructions": (),
    "sexual": (),
    "sexual/minors": (),
    "violence": ("threat",),
    "violence/graphic": (),
}
# What says that nobody looked for something: to a client, zeros would say that it is not there.
UNJUDGED = (*FAULTS, "language.unscored")

bp = Blueprint("openai", __name__)


class Refused(Exception):
    """A request that is answered with an error; `param` is the field that is wrong."""

    def __init__(
        self, message: str, param: str | None = None, *, status: int = 400, code: str | None = None
    ) -> None:
        super().__init__(message)
        self.param, self.status, self.code = param, status, code


@dataclass(frozen=True, slots=True)
class Asked:
    """The texts to judge, each of which gets a result, and the model that was asked for."""

    texts: tuple[str, ...]
    model: str


@bp.post("/v1/moderations")
def moderate() -> Response:
    """Judge texts."""
    key = _key()
    asked = read(read_body(MAX_BYTES), ignores_images=key.answering.ignores_images)
    modsvc = current_app.extensions["modsvc"]
    decisions = judge(key, [comment(text) for text in asked.texts])
    if any(_is_unscored(decision) for decision in decisions):
        # A result without scores would read as one that found nothing.
        raise Refused("The classifier cannot judge this now; try again later.", status=503)
    answer = {
        "id": f"modr-{secrets.token_hex(16)}",
        "model": f"modsvc-{modsvc.score_comment.version}",
        "results": [
            result(
                decision,
                action_for=partial(modsvc.score_comment.action_for, key.site),
                flags_from=Action[key.answering.flags_from.upper()],
                older=asked.model in OLDER,
            )
            for decision in decisions
        ],
    }
    return Response(encode(answer), content_type=JSON)


def read(body: bytes, *, ignores_images: bool = False) -> Asked:
    """Read a request. Raises Refused."""
    try:
        told = read_object(body)
    except NotAnObject as error:
        raise Refused(str(error)) from None
    model = told.get("model") or LATEST
    if model not in MODELS:
        raise Refused(
            f"The model {str(model)[:100]!r} does not exist; there are {', '.join(MODELS)}.",
            "model",
            status=404,
            code="model_not_found",
        )
    texts = tuple(_texts(told.get("input"), ignores_images))
    for text in texts:
        if not text.strip():
            raise Refused("A text must be non-empty.", "input")
        if len(text) > MAX_BODY_CHARS:
            raise Refused(
                f"A text holds {len(text):,} characters; {MAX_BODY_CHARS:,} are allowed.", "input"
            )
    return Asked(texts, model)


def comment(text: str) -> Comment:
    """Make a comment of a text; the protocol has no id, so the same text is the same comment."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Comment(f"openai-{digest[:32]}", text, Article(UNTOLD), Author(UNTOLD))


def result(
    decision: Decision,
    *,
    action_for: Callable[[str, float], Action],
    flags_from: Action,
    older: bool,
) -> dict[str, object]:
    """Say a decision as a result.

    `flagged` is the policy's word, rules included; what nobody could judge is flagged in any case.
    A category is true where its labels alone would have led there.
    """
    names = [name for name in CATEGORIES if not (older and name.startswith("illicit"))]
    found = {name: _scores(CATEGORIES[name], decision.scores) for name in names}
    unjudged = any(reason.signal.code in UNJUDGED for reason in decision.reasons)
    answer: dict[str, object] = {
        "flagged": unjudged or decision.action >= flags_from,
        "categories": {
            name: bool(scores)
            and all(action_for(label, score) >= flags_from for label, score in scores.items())
            for name, scores in found.items()
        },
        "category_scores": {
            name: min(scores.values(), default=0.0) for name, scores in found.items()
        },
    }
    if not older:
        answer["category_applied_input_types"] = {
            name: ["text"] if scores else [] for name, scores in found.items()
        }
    return answer


def answer_to(error: Exception) -> Response:
    """Turn any error into its answer."""
    param = code = None
    if isinstance(error, Refused):
        status, message, param, code = error.status, str(error), error.param, error.code
    else:
        status, message = status_and_sentence(error)
    kind = "server_error" if status >= 500 else "invalid_request_error"
    body = {"error": {"message": message, "type": kind, "param": param, "code": code}}
    response = Response(encode(body), status, content_type=JSON)
    add_headers(response, error)
    if status == 401:
        response.www_authenticate = WWWAuthenticate("bearer", {"realm": "modsvc"})
    return response


def _key() -> Key:
    scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
    known = keys.find(sent.strip()) if scheme.lower() == "bearer" else None
    if known is None:
        raise Refused(
            "Incorrect API key provided; send one as Authorization: Bearer KEY.",
            status=401,
            code="invalid_api_key",
        )
    g.site = known.site
    return known


def _texts(given: object, ignores_images: bool) -> Iterator[str]:
    """Yield the texts that get a result each: one, those of an array, or all parts as one."""
    if isinstance(given, str):
        yield given.replace("\0", "")
        return
    if not isinstance(given, list) or not 1 <= len(given) <= MAX_TEXTS:
        raise Refused(
            f"'input' must be a string, or an array of 1 to {MAX_TEXTS} strings or parts.", "input"
        )
    if all(isinstance(each, str) for each in given):
        yield from (each.replace("\0", "") for each in given)
        return
    parts = [part for i, each in enumerate(given) if (part := _part(each, i, ignores_images))]
    if not parts:
        raise Refused("'input' holds no text.", "input")
    yield "\n".join(parts)


def _part(part: object, at: int, ignores_images: bool) -> str | None:
    where = f"input[{at}]"
    kind = part.get("type") if isinstance(part, dict) else None
    if isinstance(part, dict) and kind == "text" and isinstance(part.get("text"), str):
        text: str = part["text"]
        return text.replace("\0", "")
    if kind != "image_url":
        raise Refused(f"'{where}' must be a string, or a part that holds a text.", where)
    if not ignores_images:
        raise Refused(
            f"'{where}' is an image, which is not looked at here; leave it out, or have the key "
            "ignore images.",
            where,
        )
    return None


def _scores(labels: Sequence[str], scores: Mapping[str, float]) -> dict[str, float]:
    """Give the scores that measure a category; none if one of them is not to be had."""
    return {label: scores[label] for label in labels} if scores.keys() >= set(labels) else {}


def _is_unscored(decision: Decision) -> bool:
    return any(reason.signal.code == "classifier.unavailable" for reason in decision.reasons)
