from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from modsvc.services.passwords import hash_password
from modsvc.store import people, sites
from modsvc.store.db import Database
from tests.conftest import SITE
from tests.fakes import Clock
from tests.web.browser import Browser, text
from tests.web.test_strangers_text import OUR_TAGS, PAYLOADS, TAGS

PASSWORD = "correct horse battery"
LINK = re.compile(r'value="http://localhost(/people/join/[\w-]{43})"')
NEW = {"password": PASSWORD, "again": PASSWORD}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let passwords be hashed once for all tests."""
    monkeypatch.setattr("modsvc.services.passwords.hash_password", lambda _: HASH)


HASH = hash_password(PASSWORD)


@pytest.fixture
def ada(browse: Callable[..., Browser]) -> Browser:
    """The browser of Ada, an admin of the site."""
    browser = browse("Ada", role="admin")
    browser.get("/people")
    return browser


@pytest.fixture
def stranger(app: Flask) -> Browser:
    return Browser(app)


def invited(ada: Browser, role: str = "moderator") -> str:
    """The path of a new invitation."""
    ada.get("/people")
    found = LINK.search(ada.post("/people/invite", role=role).text)
    assert found is not None
    return found[1]


def test_somebody_new_joins_and_is_at_work(ada: Browser, stranger: Browser):
    link = invited(ada, "lead")

    asked = stranger.get(link)
    joined = stranger.post(link, name="Dana", **NEW)

    assert "Join The Gazette Ada invites you as lead" in text(asked)
    assert joined.headers["Location"] == f"/queue?site={SITE}"
    assert "Welcome." in text(stranger.follow(joined))
    assert "Dana: your settings" in text(stranger.get("/queue"))


def test_looking_at_an_invitation_uses_nothing(ada: Browser, stranger: Browser):
    link = invited(ada)

    for _ in range(3):
        assert stranger.get(link).status_code == 200

    assert stranger.post(link, name="Dana", **NEW).status_code == 303


def test_a_used_withdrawn_and_unknown_invitation_read_the_same(
    ada: Browser, stranger: Browser, app: Flask
):
    used, withdrawn = invited(ada), invited(ada)
    page = ada.get("/people").text
    ada.post("/people/withdraw", invitation=re.findall(r'name="invitation" value="(\d+)"', page)[0])
    stranger.get(used)
    stranger.post(used, name="Dana", **NEW)

    answers = [Browser(app).get(link) for link in (used, withdrawn, "/people/join/nothing")]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert len({answer.text for answer in answers}) == 1
    assert "Ask for a new one" in text(answers[0])


@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        ({"name": "Dana", "password": PASSWORD, "again": "x"}, 422, "The two passwords differ."),
        ({"name": "Dana", "password": "short", "again": "short"}, 422, "at least 12 characters."),
        ({"name": " ", **NEW}, 422, "A name has 1 to 80 characters."),
        ({"name": "Da\u200bna", **NEW}, 422, "characters that cannot be seen."),
        ({"name": "Ada", **NEW}, 409, "Somebody has this name already."),
    ],
)
def test_what_cannot_be_is_said_and_uses_nothing_up(
    ada: Browser, stranger: Browser, form: dict[str, str], status: int, said: str
):
    link = invited(ada)
    stranger.get(link)

    refused = stranger.post(link, **form)

    assert refused.status_code == status
    assert said in text(refused)
    assert PASSWORD not in refused.text
    assert stranger.post(link, name="Dana", **NEW).status_code == 303


def test_who_has_a_name_here_logs_in_and_joins(
    ada: Browser, stranger: Browser, make_moderator: Callable[..., int], database: Database
):
    with database.write() as db:
        sites.add_site(db, "courier", "The Courier", Clock().now)
    make_moderator("Ben", "courier", password_hash=HASH)
    link = invited(ada, "editor")

    form = stranger.get(f"/log-in?next={link}")
    back = stranger.post("/log-in", name="Ben", password=PASSWORD, next=link)
    page = stranger.follow(back)
    joined = stranger.post(f"{link}/as-me")

    assert f'name="next" value="{link}"' in form.text
    assert back.headers["Location"] == link
    assert "You are logged in as Ben." in text(page)
    assert joined.headers["Location"] == f"/queue?site={SITE}"
    assert "You work here now, too." in text(stranger.follow(joined))
    assert stranger.get("/words?site=gazette").status_code == 200


def test_joining_as_oneself_needs_a_log_in(ada: Browser, stranger: Browser):
    link = invited(ada)
    stranger.get(link)

    answer = stranger.post(f"{link}/as-me")

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/log-in?next=/people/join/")


def test_joining_begins_a_new_session(ada: Browser, stranger: Browser):
    link = invited(ada)
    stranger.get(link)
    before, token = stranger.client.get_cookie("modsvc").value, stranger.csrf_token

    stranger.post(link, name="Dana", **NEW)
    stranger.get("/queue")

    assert stranger.client.get_cookie("modsvc").value != before
    assert stranger.csrf_token != token


def test_roles_are_changed_and_people_removed(
    ada: Browser, browse: Callable[..., Browser], database: Database
):
    ben = browse("Ben")
    with database.read() as db:
        number = str(people.find(db, "Ben").id)
    ada.get("/people")

    changed = ada.follow(ada.post("/people/role", moderator=number, role="editor"))
    assert "The role is changed: editor." in text(changed)
    assert "Ada made Ben editor" in text(changed)
    assert 'href="/words/add' in ben.get("/words").text

    removed = ada.follow(ada.post("/people/remove", moderator=number))
    assert "Ada removed Ben" in text(removed)
    assert "You work at no site yet" in text(ben.get("/queue"))
    assert ben.get("/me").status_code == 200


def test_many_are_shown_a_page_at_a_time_and_found_by_name(
    ada: Browser, make_moderator: Callable[..., int], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(people, "MOST_LISTED", 10)
    for n in range(23):
        make_moderator(f"Reader {n:02}_%")

    page = ada.get("/people")
    assert "People 24" in text(page)
    assert "10 of 24, by name" in text(page)
    shown = named(page)
    while following := re.search(r'<a href="([^"]+)">Next page', page.text):
        page = ada.get(html.unescape(following[1]))
        shown += named(page)
    assert shown == ["Ada", *(f"Reader {n:02}_%" for n in range(23))]

    page = ada.get("/people?named=READER+1")
    assert "10 of 10 whose names have that in them, by name" in text(page)
    assert named(page) == [f"Reader {n}_%" for n in range(10, 20)]
    assert "Next page" not in page.text
    assert named(ada.get("/people?named=2_%25")) == ["Reader 02_%", "Reader 12_%", "Reader 22_%"]
    assert "Nobody of that name works here" in ada.get("/people?named=%25%25").text
    assert "That was everybody" in ada.get("/people?after=Z").text


def named(page: TestResponse) -> list[str]:
    return re.findall(r'class="phrase"><b><bdi>([^<]+)<', page.text)


def test_an_admin_asks_a_second_step_of_a_role_and_of_nobody_again(ada: Browser, dana: Browser):
    page = ada.follow(ada.post("/people/second-step", role="lead"))
    # Ada is asked at once as well.
    assert page.request.path == "/people"
    assert page.status_code == 303
    assert ada.follow(page).request.path == "/me/second-step"
    assert dana.get("/queue").status_code == 200


def test_who_asks_whom_for_a_second_step_is_told(
    ada: Browser, app: Flask, database: Database, dana: Browser
):
    service = app.extensions["modsvc"].manage_people
    with database.read() as db:
        by = people.find(db, "Ada")
    assert by is not None
    service.ask_second_step(SITE, by.id, "lead")
    service.ask_second_step(SITE, by.id, None)

    page = ada.get("/people")

    assert "Ada asked a second step of nobody any more" in text(page)
    assert "Ada asked a second step of each lead and whoever is above" in text(page)
    assert "Nobody is asked" in text(ada.follow(ada.post("/people/second-step", role="nobody")))
    assert dana.post("/people/second-step", role="nobody").status_code == 403
    assert ada.post("/people/second-step", role="king").status_code == 400


def test_the_last_admin_is_told_why_they_stay(ada: Browser, database: Database):
    with database.read() as db:
        number = str(people.find(db, "Ada").id)

    for answer in (
        ada.post("/people/remove", moderator=number),
        ada.post("/people/role", moderator=number, role="lead"),
    ):
        assert answer.status_code == 409
        assert "This is the site's last admin; make somebody else one first." in text(answer)
    assert ada.get("/people").status_code == 200


def test_people_of_another_site_are_not_to_be_seen(
    ada: Browser, make_moderator: Callable[..., int], database: Database
):
    with database.write() as db:
        sites.add_site(db, "courier", "The Courier", Clock().now)
    carl = make_moderator("Carl", "courier")

    assert "Carl" not in ada.get("/people").text
    for path in ("/people/role", "/people/remove"):
        assert ada.post(path, moderator=str(carl), role="lead").status_code == 404
    assert ada.post("/people/remove", moderator="4711").status_code == 404


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/people/invite", {"role": "king"}),
        ("/people/invite", {}),
        ("/people/role", {"moderator": "1", "role": "king"}),
        ("/people/role", {"moderator": "-1", "role": "lead"}),
        ("/people/remove", {"moderator": "9" * 30}),
        ("/people/remove", {"moderator": "0" * 25 + "9" * 30}),
        ("/people/remove", {"moderator": "١"}),
        ("/people/withdraw", {"invitation": "x"}),
    ],
)
def test_what_no_form_of_ours_sends_is_refused(ada: Browser, path: str, form: dict[str, str]):
    assert ada.post(path, **form).status_code == 400


def test_only_admins_are_led_to_the_people(ada: Browser, dana: Browser):
    assert 'href="/people?site=' in ada.get("/queue").text
    assert 'href="/people?site=' not in dana.get("/queue").text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_in_a_name_is_shown_as_text(
    ada: Browser, make_moderator: Callable[..., int], app: Flask, make_link, payload: str
):
    moderator = make_moderator(payload, role="admin")
    theirs = Browser(app)
    theirs.log_in(make_link(moderator))
    link = invited(theirs)

    pages = [ada.get("/people"), theirs.get("/me"), theirs.get("/me/second-step"), theirs.get(link)]
    pages.append(Browser(app).get(link))

    for page in pages:
        assert payload in text(page)
        for _, name, attributes in TAGS.findall(page.text.partition(">")[2]):
            assert name in OUR_TAGS | {"b", "code", "select", "option", "svg", "path"}
            assert not re.search(r"\son\w+\s*=|javascript:", attributes)


def test_who_is_no_admin_any_more_is_led_where_they_may_be(
    ada: Browser, browse: Callable[..., Browser]
):
    browse("Olga", role="admin")

    lowered = ada.follow(ada.post("/people/role", moderator="1", role="lead"))
    assert lowered.status_code == 200
    assert "The role is changed: lead." in text(lowered)


def test_who_has_removed_themselves_is_told_so(ada: Browser, browse: Callable[..., Browser]):
    browse("Olga", role="admin")

    gone = ada.follow(ada.post("/people/remove", moderator="1"))
    assert gone.status_code == 200
    assert "You work at this site no more." in text(gone)
