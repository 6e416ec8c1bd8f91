from __future__ import annotations

import re

from flask import Flask

from modsvc.web import assets
from tests.web.browser import Browser

MAX_STYLE_BYTES = 12_000
STYLE = re.compile(r'href="(/static/modsvc\.css\?v=[0-9a-f]+)"')


def test_the_style_sheet_is_small_and_kept_by_the_browser(app: Flask):
    browser = Browser(app)

    answer = browser.get(STYLE.search(browser.get("/docs").text)[1])

    assert answer.status_code == 200
    assert answer.content_type == "text/css; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000"
    assert 1_000 < len(answer.data) <= MAX_STYLE_BYTES
    answer.close()


def test_a_changed_file_has_another_address():
    assert assets.digest("modsvc.css") != assets.digest("favicon.svg")


def test_nothing_beside_the_files_is_served(app: Flask):
    for path in ("../session.py", "%2e%2e/session.py", "..%2fsession.py", "x.css"):
        assert Browser(app).get(f"/static/{path}").status_code == 404, path
