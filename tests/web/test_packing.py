"""Pages are packed for the way, where that gives nothing away (BREACH)."""

from __future__ import annotations

import gzip
import itertools
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from modsvc import web
from modsvc.web.packing import unmasked
from tests.web.browser import TOKEN, Browser, text

TAKES = {"Accept-Encoding": "gzip, deflate, br"}
# Signatures and the like stand in tags.
TAG = re.compile(rb"<[^>]*>")
OURS = {**TAKES, "Sec-Fetch-Site": "same-origin"}
# What shows a link, a code or a password's form must never be packed.
SECRET = {"language", "log_in", "people", "join", "me", "second_step"}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """None of it depends on the database."""
    return sqlite_url


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_a_page_is_packed_for_a_browser_that_asks_from_here(
    dana: Browser, case: str, site: str
) -> None:
    for path in ("/queue", case, "/done", "/dashboard", "/policy"):
        plain = dana.client.get(path, headers={"Sec-Fetch-Site": site})
        packed = dana.client.get(path, headers={**TAKES, "Sec-Fetch-Site": site})
        whole = gzip.decompress(packed.data)

        assert packed.headers["Content-Encoding"] == "gzip"
        assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 2
        assert TAG.sub(b"", whole) == TAG.sub(b"", plain.data)
        assert {"Accept-Encoding", "Sec-Fetch-Site"} <= set(packed.vary)
        assert "Content-Encoding" not in plain.headers
        assert set(plain.vary) == set(packed.vary)


@pytest.mark.parametrize("sent", [TAKES, {**TAKES, "Sec-Fetch-Site": "cross-site"}, {**TAKES, "Sec-Fetch-Site": "same-site"}, {**OURS, "Accept-Encoding": "gzip;q=0, br"}])  # fmt: skip
def test_a_page_that_another_site_may_have_asked_for_is_not(
    dana: Browser, case: str, sent: dict[str, str]
) -> None:
    answer = dana.client.get("/search?text=guess", headers=sent)

    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers
    assert b"</html>" in answer.data


def test_what_lets_somebody_in_is_never_packed(dana: Browser) -> None:
    for path in ("/me", "/me/security", "/me/second-step", "/log-in"):
        answer = dana.client.get(path, headers=OURS)

        assert answer.status_code in (200, 303, 403), path
        assert "Content-Encoding" not in answer.headers, path


def test_each_page_is_either_packed_or_named_here_as_one_that_is_not(app: Flask) -> None:
    pages = {name for name, bp in app.blueprints.items() if bp.import_name.startswith("modsvc.web")}

    assert {bp.name for bp in web.WORK} == pages - SECRET - {"assets"}


def test_a_programs_answer_is_left_as_it_is(
    client: FlaskClient, headers: dict[str, str], case: str
) -> None:
    for path in ("/v1/decisions", "/openapi.json", "/healthz"):
        answer = client.get(path, headers={**headers, **OURS})

        assert answer.status_code == 200
        assert "Content-Encoding" not in answer.headers
        assert "Accept-Encoding" not in answer.headers.get("Vary", "")


def test_what_forms_are_signed_with_has_nothing_in_common_between_answers(
    dana: Browser, case: str
) -> None:
    tokens = [set(TOKEN.findall(dana.get(case).text)) for _ in range(8)]

    # One for all the forms of a page, which packs well; and each is good for as long as the session.
    assert all(len(each) == 1 for each in tokens)
    shown = [each.pop() for each in tokens]
    assert max(longest_in_common(a, b) for a, b in itertools.pairwise(shown)) < 8
    for token in shown[:2]:
        dana.csrf_token = token
        assert dana.post(f"{case}/claim").status_code == 303
    assert "You have this case" in text(dana.get(case))


@pytest.mark.parametrize("token", ["", "a", "é", "x" * 90, "-_-_", "!!!!", "AAA="])
def test_what_no_page_of_ours_has_signs_nothing(dana: Browser, case: str, token: str) -> None:
    dana.csrf_token = token

    assert dana.post(f"{case}/claim").status_code == 400


def test_the_token_under_the_mask_signs_nothing_by_itself(dana: Browser, case: str) -> None:
    dana.get(case)
    dana.csrf_token = unmasked(dana.csrf_token)

    assert dana.post(f"{case}/claim").status_code == 400


def longest_in_common(a: str, b: str) -> int:
    return max(n for n in range(len(a)) for at in range(len(a) - n) if a[at : at + n] in b)
