"""Akismet's addresses, 1.1 and 1.2: is a comment spam, and was that wrong."""

from __future__ import annotations

import re

from flask import Blueprint, Response, current_app, g, request
from werkzeug.exceptions import Forbidden

from modsvc.api.answers import JSON, encode
from modsvc.protocols import keys
from modsvc.protocols.akismet import answers
from modsvc.protocols.akismet.asked import Form
from modsvc.protocols.bodies import read_body
from modsvc.protocols.faults import add_headers, status_and_sentence
from modsvc.protocols.judging import judge
from modsvc.store.akismet_counts import ORDERS, TOTAL
from modsvc.store.sites import Key

MAX_BYTES = 1 << 20
# Of a form in parts. WordPress sends the server's variables too, some hundred.
MAX_PARTS = 1_000
MAX_SITES = 500

bp = Blueprint("akismet", __name__)


class KeyInvalid(Exception):
    """The key is missing, unknown or may not do this; Akismet's word for it is `invalid`."""


@bp.before_request
def read_whole() -> None:
    """Refuse forms that are too large: of one that was cut, only half would be judged."""
    request.max_form_parts = MAX_PARTS
    read_body(MAX_BYTES, again=True)


@bp.post("/1.1/verify-key")
def verify() -> Response:
    """Say whether a key is good. Some clients send it as they do with every other call."""
    _known(_told("key") or _told("api_key") or _host_key())
    return answers.say(answers.VALID)


@bp.post("/1.1/comment-check")
def check() -> Response:
    """Say whether a comment is spam."""
    key, form = _key(), Form(request.form)
    if form.missing:
        return _missing(form.missing)
    holds_as = key.answering.akismet_hold
    keeps = key.answering.keeps_comments and not form.is_test
    if form.is_said_to_be_spam:
        response = answers.say(answers.SPAM)
    elif form.is_staff:
        response = answers.say(answers.HAM)
    elif form.is_too_long:
        response = answers.unjudged("The text is too long to be judged.", holds_as)
    # What is forgotten needs no pseudonym.
    elif (comment := form.comment(_pseudonym if keeps else str)) is None:
        response = answers.unjudged("There is no text to judge.", holds_as)
    else:
        (decision,) = judge(key, [comment], may_keep=keeps)
        response = answers.check(decision, form.id, holds_as)
    if not form.is_test:
        is_spam = response.get_data() == answers.SPAM.encode()
        _count(key, form["blog"], "spam" if is_spam else "ham")
    return response


@bp.post("/1.1/submit-spam")
def submit_spam() -> Response:
    """Keep that a comment was spam after all."""
    return _correct(spam=True)


@bp.post("/1.1/submit-ham")
def submit_ham() -> Response:
    """Keep that a comment was no spam."""
    return _correct(spam=False)


@bp.route("/1.2/usage-limit", methods=["GET", "POST"])
def usage() -> Response:
    """Say how much the key asked this month. There is no limit."""
    used = current_app.extensions["modsvc"].count_checks.usage(_key())
    answer = {"limit": "none", "usage": used, "percentage": "0.00", "throttled": False}
    return Response(encode(answer), content_type=JSON)


@bp.route("/1.2/key-sites", methods=["GET", "POST"])
def sites() -> Response:
    """Say for which sites the key asked in a month, and what it was told."""
    key, count_checks = _key(), current_app.extensions["modsvc"].count_checks
    month = _told("month") or count_checks.month
    if not re.fullmatch(r"[0-9]{4}-(?:0[1-9]|1[0-2])", month):
        return answers.say(answers.INVALID, debug_help="A month is written as 2026-11.")
    order = _told("order") if _told("order") in ORDERS else TOTAL
    limit, offset = _number("limit", MAX_SITES, MAX_SITES), _number("offset", 0, 1_000_000)
    page, total = count_checks.sites(
        key, month, containing=_told("filter"), order=order, limit=limit, offset=offset
    )
    if _told("format") == "csv":
        text = answers.sites_csv(key.prefix, month, page, limit, offset, total)
        return Response(text, content_type="text/csv; charset=utf-8")
    answer = answers.sites_json(month, page, limit, offset, total)
    return Response(encode(answer), content_type=JSON)


def answer_to(error: Exception) -> Response:
    """Turn any error into its answer: a sentence, and never a word that clients know."""
    if isinstance(error, KeyInvalid):
        return answers.say(answers.INVALID, debug_help=str(error))
    status, said = status_and_sentence(error)
    response = answers.say(said)
    response.status_code = status
    add_headers(response, error)
    return response


def _correct(*, spam: bool) -> Response:
    key, form = _key(), Form(request.form)
    if form.missing:
        return _missing(form.missing)
    suggestion = form.suggestion(spam=spam)
    if suggestion is not None and not form.is_test:
        current_app.extensions["modsvc"].suggest_label(key, suggestion)
        _count(key, form["blog"], "missed_spam" if spam else "false_positives")
    return answers.say(answers.THANKS)


def _pseudonym(address: str) -> str:
    pseudonym: str = current_app.extensions["modsvc"].pseudonyms(address)
    return pseudonym


def _missing(field: str) -> Response:
    # Neither true nor false: clients keep the comment for a person.
    said = f"Missing required field: {field}."
    return answers.say(said, debug_help=said)


def _count(key: Key, blog: str, what: str) -> None:
    current_app.extensions["modsvc"].count_checks(key, blog, what)


def _key() -> Key:
    return _known(_told("api_key") or _host_key())


def _host_key() -> str:
    """Give the first label of the host name, where older clients put the key."""
    name = request.host.rpartition(":")[0] or request.host
    first, _, rest = name.partition(".")
    return first if rest and not re.fullmatch(r"[0-9.]+", name) else ""


def _known(sent: str) -> Key:
    try:
        known = keys.find(sent)
    except Forbidden as error:
        raise KeyInvalid(error.description) from None
    if known is None:
        raise KeyInvalid("The key is missing, unknown or was revoked.")
    g.site = known.site
    return known


def _told(name: str) -> str:
    """Give a parameter, of the form or of the address."""
    value: str = request.values.get(name, "")
    return value.replace("\0", "").strip()


def _number(name: str, usual: int, most: int) -> int:
    told = _told(name)
    return min(int(told), most) if re.fullmatch(r"[0-9]{1,9}", told) else usual
