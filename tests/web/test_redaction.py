"""Personal data is kept back from moderators' pages until it is asked for."""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from modsvc.core.decision import Action, Reason
from modsvc.core.personal import FINDERS, REST, find_personal
from modsvc.core.signals import Signal, Span
from modsvc.store import sites
from modsvc.store.db import Database
from modsvc.store.tables import cases
from modsvc.web.marking import (
    EXCERPT_CHARS,
    LEAD_CHARS,
    beginning,
    excerpt,
    marked,
    redacted,
    words_of,
)
from modsvc.web.personal import WORDS
from modsvc.web.wording import SHORT
from tests.fakes import Clock
from tests.web.browser import Browser, text
from tests.web.surroundings import hand_around, surround

Send = Callable[..., dict[str, Any]]

MAIL, PHONE = "dana.levi@mail.example.com", "+972 50-123-4567"
CARD, STREET = "4111 1111 1111 1111", "221B Baker Street"
SECRETS = {"email": MAIL, "phone": PHONE, "card": CARD, "address": STREET}
BODY = f"dubious: write to {MAIL}, ring {PHONE}, charge {CARD}, or come to {STREET} tonight"
# Any of these on a page, in whatever place of it, is a leak. Tokens have none of them by chance.
FRAGMENTS = re.compile(r"levi|mail\.example|\+972|50-123|123-4567|4111 |1111 |221B |Baker")
ASK = "Show personal data"

MARK = re.compile(r'<mark(?: class="heavy")? title="([^"]*)">(.*?)</mark>')
TOKEN = re.compile(
    r'<mark(?: class="heavy")? title="([^"]*)">|</mark>|<[^>]*>|&[#\w]+;|.', re.DOTALL
)


def reason(code: str, *spans: tuple[int, int], weight: float = 0.1) -> Reason:
    return Reason(Signal(code, spans=tuple(Span(*s, weight) for s in spans)), Action.HOLD)


def over(body: str, words: str) -> tuple[int, int]:
    start = body.index(words)
    return start, start + len(words)


def said(page: str) -> str:
    return html.unescape(re.sub("<[^>]*>", "", page))


@pytest.mark.parametrize("kind", SECRETS)
def test_each_kind_is_kept_back_and_named(kind: str):
    page = marked(f"It is {SECRETS[kind]} indeed", [])

    assert said(page) == f"It is hidden {WORDS[kind]} indeed"
    assert not FRAGMENTS.search(page)


def test_what_is_kept_back_is_named_as_its_reason_is():
    assert set(WORDS) == {*FINDERS, REST}
    assert all(WORDS[kind] == SHORT[f"personal.{kind}"] for kind in FINDERS)


@pytest.mark.parametrize("kind", SECRETS)
def test_what_was_asked_for_is_shown_as_it_is(kind: str):
    assert marked(f"It is {SECRETS[kind]}", [], True) == f"It is <bdi>{SECRETS[kind]}</bdi>"


@pytest.mark.parametrize("show", [redacted, beginning, lambda text: excerpt(text, ())])
@pytest.mark.parametrize("around", ["{} it is", "it is {}", "word " * 30 + "{}" + " word" * 200])
def test_how_long_it_is_does_not_show(show: Callable[[str], Markup], around: str):
    short, long = "a@b.com", f"{'a' * 60}@{'b' * 50}.example.co.uk"

    assert show(around.format(short)) == show(around.format(long))


def test_how_long_it_is_does_not_show_by_where_an_excerpt_begins():
    found = set()
    for mail in ("a@b.com", f"{'a' * 60}@example.com"):
        body = "word " * 60 + mail + " is where the goose lives" + " word" * 60
        found.add(excerpt(body, [reason("insult", over(body, "goose"))]))

    assert len(found) == 1


@pytest.mark.parametrize("at", range(EXCERPT_CHARS - 20, EXCERPT_CHARS + 2))
def test_an_excerpt_shows_no_half_of_it(at: int):
    page = excerpt("x" * (at - 1) + " " + PHONE + " word" * 100, [])

    assert not FRAGMENTS.search(page)


@pytest.mark.parametrize("at", range(LEAD_CHARS - 20, LEAD_CHARS + 2))
def test_a_beginning_shows_no_half_of_it(at: int):
    page = beginning("x" * (at - 1) + " " + MAIL + " word" * 100)

    assert not FRAGMENTS.search(page)
    assert page.endswith("…")


def test_a_beginning_is_cut_between_words():
    page = beginning(f"Ask {MAIL}: " + "some words " * 60)

    assert said(page).startswith("Ask hidden e-mail address: some words")
    assert re.search(r"(some|words)…$", page)
    assert beginning("Some words.") == "Some words."


def test_a_reason_marks_the_stand_in_as_it_would_the_words():
    body = f"You goose, ring {PHONE} now"

    page = marked(body, [reason("insult", (4, 9)), reason("personal.phone", over(body, PHONE))])

    assert [(title, said(shown)) for title, shown in MARK.findall(page)] == [
        ("insult", "goose"),
        ("Telephone numbers", "hidden telephone number"),
    ]


def test_a_reason_that_begins_or_ends_inside_does_not_tell_where():
    body = f"so ring {PHONE} now, goose"
    start, end = over(body, PHONE)
    kept, pages = reason("personal.phone", (start, end)), set()
    for inside in (start + 1, start + 6, end - 1):
        pages.add(marked(body, [reason("insult", (3, inside)), kept]))

    (page,) = pages
    assert [(title, said(shown)) for title, shown in MARK.findall(page)] == [
        ("insult", "ring "),
        ("insult, Telephone numbers", "hidden telephone number"),
    ]


def test_a_heavy_reason_inside_shows():
    page = marked(f"ring {PHONE}", [reason("insult", (7, 9), weight=0.9)])

    assert page.startswith('ring <mark class="heavy" title="insult"><span class="kept"')


scraps = st.lists(
    st.sampled_from(["goose ", "שלום ", "👩 ", "<b>&", f"{MAIL} ", f"{PHONE} ", "a\u200bb ", "\n"])
).map("".join)
spans = st.lists(st.tuples(st.integers(-3, 60), st.integers(-3, 60)), max_size=5)


@given(body=scraps, of=st.lists(spans, max_size=3))
def test_marks_are_right_wherever_something_is_kept_back(body: str, of: list[Any]):
    reasons = [reason(f"code{n}", *spans) for n, spans in enumerate(of)]

    def touching(start: int, end: int) -> set[str]:
        return {
            f"code{n}"
            for n, spans in enumerate(of)
            for a, b in spans
            if max(a, start) < min(b, end)
        }

    expected, at = [], 0
    for kind, start, end in find_personal(body):
        expected += [(body[n], touching(n, n + 1)) for n in range(at, start)]
        expected += [(char, touching(start, end)) for char in f"hidden {WORDS[kind]}"]
        at = end
    expected += [(body[n], touching(n, n + 1)) for n in range(at, len(body))]
    assert characters(marked(body, reasons)) == expected
    assert characters(marked(body, reasons, True)) == [
        (char, touching(n, n + 1)) for n, char in enumerate(body)
    ]


def characters(page: Markup) -> list[tuple[str, set[str]]]:
    """Each character that a page shows, and the codes that it is marked with."""
    shown: list[tuple[str, set[str]]] = []
    codes: set[str] = set()
    for match in TOKEN.finditer(str(page).replace(">ZWSP<", ">\u200b<")):
        if not match[0].startswith("<"):
            shown.append((html.unescape(match[0]), codes))
        elif "mark" in match[0]:
            codes = set(filter(None, (match[1] or "").split(", ")))
    return shown


def test_words_of_a_reason_are_kept_back_too():
    body = f"goose {PHONE} and 0171/2345678, goose at {MAIL}"
    whole = reason("personal.phone", over(body, PHONE), over(body, "0171/2345678"))
    partly = reason("insult", (0, 10), over(body, "levi"), (-4, 2), (3, 900))

    assert [said(words) for words in words_of(body, whole)] == ["hidden telephone number"]
    assert [said(words) for words in words_of(body, partly)] == [
        "goose hidden telephone number",
        "hidden e-mail address",
        "go",
        "se hidden telephone number and hidden telephone number, goose at hidden e-mail address",
    ]
    assert words_of(body, whole, True) == [PHONE, "0171/2345678"]


def test_what_cannot_be_seen_keeps_its_label_outside_and_tells_nothing_inside():
    page = marked("a\u200bb 050\u200b-123\u20604567 \u202ec", [])

    assert said(page) == "aZWSPb hidden telephone number RLOc"


def test_no_page_holds_personal_data_until_it_is_asked_for(dana: Browser, send: Send):
    send(
        BODY,
        author={"id": MAIL, "name": f"Dana {PHONE}"},
        parent={"id": "c-990", "body": f"{BODY}. " * 9},
    )

    for page in (dana.get("/queue"), dana.get("/cases/1")):
        assert not FRAGMENTS.search(page.text)
        assert "dubious: write to hidden e-mail address, ring hidden telephone" in text(page)
    assert "Dana hidden telephone number id hidden e-mail address" in text(dana.get("/cases/1"))
    assert ASK in text(dana.get("/cases/1"))


def test_nothing_around_a_comment_holds_personal_data_until_it_is_asked_for(
    dana: Browser,
    edna: Browser,
    send: Send,
    client: FlaskClient,
    headers: dict[str, str],
    caplog: pytest.LogCaptureFixture,
):
    caplog.set_level(logging.INFO)
    case = surround(send, client, headers, BODY)
    hand_around(dana, case, BODY, to="2")
    dana.post("/cases/2/claim")
    dana.get("/cases/2")
    dana.decide("/cases/2", "moderator.spam")
    for page in (edna.get(case), edna.get("/for-me"), dana.get("/done"), dana.get("/cases/2")):
        assert "hidden e-mail address" in text(page)
        assert not FRAGMENTS.search(page.text)

    shown = edna.post(f"{case}/personal")

    # The comment, and eight texts beside it, some of them begun and whole.
    assert text(shown).count(MAIL) > 15
    assert not FRAGMENTS.search(caplog.text)


def test_personal_data_that_was_asked_for_is_shown_once(
    dana: Browser, send: Send, caplog: pytest.LogCaptureFixture
):
    send(BODY, author={"id": MAIL}, parent={"id": "c-990", "body": f"{BODY}. " * 9})
    before = dana.get("/cases/1")
    caplog.set_level(logging.INFO)

    page = dana.post("/cases/1/personal")

    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    for secret in SECRETS.values():
        assert text(page).count(secret) > text(before).count(secret) == 0
    assert "kept" not in page.text
    assert ASK not in text(page)
    assert "Personal data is shown, this once. Hide it" in text(page)
    assert [r.getMessage() for r in caplog.records if r.name.startswith("modsvc")] == [
        "personal.shown: moderator 1, case 1"
    ]
    assert not FRAGMENTS.search(dana.get("/cases/1").text)
    assert not FRAGMENTS.search(caplog.text)


def test_the_address_of_the_form_shows_nothing_by_itself(
    dana: Browser, send: Send, caplog: pytest.LogCaptureFixture
):
    send(BODY)
    caplog.set_level(logging.INFO)

    answer = dana.get("/cases/1/personal")

    assert answer.headers["Location"].startswith("/cases/1?")
    assert not FRAGMENTS.search(answer.text + dana.follow(answer).text)
    assert "personal.shown" not in caplog.text


def test_nothing_is_offered_where_there_is_nothing(dana: Browser, case: str):
    assert ASK not in text(dana.get(case))


@pytest.mark.parametrize(
    "facts",
    [
        {"author": {"id": "u-1", "name": MAIL}},
        {"author": {"id": PHONE}},
        {"parent": {"id": "c-0", "body": STREET}},
    ],
)
def test_it_is_offered_wherever_something_is_kept_back(
    dana: Browser, send: Send, facts: dict[str, Any]
):
    send(**facts)

    assert ASK in text(dana.get("/cases/1"))


def test_marks_and_forms_are_the_same_when_it_is_shown(dana: Browser, send: Send):
    send(BODY)
    dana.post("/cases/1/claim")
    hidden = dana.get("/cases/1")
    form = dict(dana.form)

    shown = dana.post("/cases/1/personal")

    assert dana.form == form
    assert [title for title, _ in MARK.findall(hidden.text)] == [
        title for title, _ in MARK.findall(shown.text)
    ]
    assert f'title="E-mail addresses">{MAIL}</mark>' in shown.text
    assert dana.decide("/cases/1", "moderator.approved").status_code == 303


def test_looking_at_personal_data_changes_no_claim(
    dana: Browser, browse: Callable[..., Browser], send: Send, database: Database
):
    def row() -> object:
        with database.read() as db:
            return db.execute(sa.select(cases)).one()

    send(BODY)
    dana.get("/cases/1")
    free = row()
    dana.post("/cases/1/personal")
    assert row() == free

    ben = browse("Ben")
    ben.post("/cases/1/claim")
    taken = row()
    dana.post("/cases/1/personal")
    ben.post("/cases/1/personal")

    assert row() == taken
    assert "Ben has this case" in text(dana.post("/cases/1/personal"))


def test_nobody_elses_personal_data_is_shown(
    dana: Browser,
    browse: Callable[..., Browser],
    send: Send,
    database: Database,
    caplog: pytest.LogCaptureFixture,
):
    send(BODY)
    with database.write() as db:
        sites.add_site(db, "courier", "The Courier", Clock()())
    cleo = browse("Cleo", "courier")
    caplog.set_level(logging.INFO)

    assert cleo.post("/cases/1/personal").status_code == 404
    assert cleo.post("/cases/1/personal?site=gazette").status_code == 403
    assert dana.post("/cases/7/personal").status_code == 404
    assert "personal.shown" not in caplog.text


def test_a_late_form_is_told_so_without_personal_data(dana: Browser, send: Send):
    send(BODY)
    dana.post("/cases/1/claim")
    dana.post("/cases/1/personal")
    dana.post("/cases/1/release")

    answer = dana.decide("/cases/1", "moderator.approved")

    assert answer.status_code == 409
    assert not FRAGMENTS.search(answer.text)
