"""Every page and every role: who may open what is written here, and a new page must be added."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from modsvc.core.roles import ROLES
from modsvc.store import sites
from modsvc.store.db import Database
from tests.fakes import Clock
from tests.web.browser import Browser, text
from tests.web.test_forms import API, PUBLIC, address

# The least role that may read a blueprint's pages, and that may send their forms.
READ_AND_SEND = {
    "queue": ("moderator", "moderator"),
    "cases": ("moderator", "moderator"),
    "mine": ("moderator", "moderator"),
    "search": ("moderator", "moderator"),
    "dashboard": ("moderator", "moderator"),
    "release": ("lead", "lead"),
    "quality": ("lead", "lead"),
    "policy": ("moderator", "editor"),
    "policy_try": ("moderator", "moderator"),
    "words": ("moderator", "editor"),
    "people": ("admin", "admin"),
    "me": ("moderator", "moderator"),
    "second_step": ("moderator", "moderator"),
}
# Where a single page differs from its blueprint's others.
BUT: dict[str, str] = {}


def page_rules(app: Flask) -> list[tuple[str, str, str]]:
    """Each page's method, path and endpoint, but for those that need no log-in."""
    return sorted(
        (method, rule.rule, rule.endpoint)
        for rule in app.url_map.iter_rules()
        if not rule.rule.startswith(API)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if (method, rule.rule) not in PUBLIC
    )


def least(method: str, endpoint: str) -> str:
    return BUT.get(endpoint) or READ_AND_SEND[endpoint.partition(".")[0]][method != "GET"]


def test_every_page_says_which_role_it_takes(app: Flask):
    rules = page_rules(app)

    assert {endpoint.partition(".")[0] for _, _, endpoint in rules} == set(READ_AND_SEND)
    assert {endpoint for _, _, endpoint in rules} >= set(BUT)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_what_it_may_and_nothing_else(
    app: Flask, browse: Callable[..., Browser], role: str, case: str
):
    browser = browse("Dana", role=role)
    browser.get("/queue")
    token = browser.csrf_token

    for method, rule, endpoint in page_rules(app):
        browser.csrf_token = token
        ask = browser.get if method == "GET" else browser.post
        answer = ask(address(rule))

        is_refused = ROLES.index(role) < ROLES.index(least(method, endpoint))
        assert (answer.status_code == 403) == is_refused, (method, rule, answer.status_code)


@pytest.mark.parametrize("role", ROLES)
def test_another_sites_pages_are_closed_whatever_one_is_at_ones_own(
    app: Flask, browse: Callable[..., Browser], database: Database, role: str, case: str
):
    with database.write() as db:
        sites.add_site(db, "courier", "The Courier", Clock().now)
    browser = browse("Dana", role=role)
    browser.get("/queue")
    token = browser.csrf_token

    for method, rule, endpoint in page_rules(app):
        if endpoint == "queue.home":  # It only leads on, and not to that site.
            continue
        browser.csrf_token = token
        ask = browser.get if method == "GET" else browser.post
        answer = ask(f"{address(rule)}?site=courier")

        assert answer.status_code == 403, (method, rule)
        assert "do not work at this site" in text(answer)


def test_what_one_is_at_one_site_opens_nothing_at_another(
    app: Flask,
    browse: Callable[..., Browser],
    make_moderator: Callable[..., int],
    make_link: Callable[..., str],
    database: Database,
):
    from modsvc.store import people

    moderator = make_moderator("Edna", role="admin")
    with database.write() as db:
        sites.add_site(db, "courier", "The Courier", Clock().now)
        people.join_site(db, moderator, "courier", "moderator")
    edna = Browser(app)
    edna.log_in(make_link(moderator))

    assert edna.post("/words/remove?site=courier").status_code == 403
    assert edna.post("/words/remove?site=gazette").status_code != 403
