from __future__ import annotations

import gzip
import hashlib
import re
import tomllib
from pathlib import Path

import pytest
from flask import Flask

from modsvc.web import assets
from tests.web.browser import Browser

STATIC = Path(assets.__file__).parent / "static"
VENDOR = STATIC / "vendor"
TEMPLATES = sorted((STATIC.parent / "templates").glob("*.html"))
MAX_STYLE_BYTES = 12_000
# As they are sent.
MAX_SCRIPT_BYTES = 6_000
STYLES = sorted(STATIC.glob("*.css"))
# What a page that turns round would leave where it is.
SIDES = re.compile(r"[\w-]*-(?:left|right)\s*:|[{;\s](?:left|right)\s*:|:\s*(?:left|right)\b")
SHORTHAND = re.compile(r"(?:margin|padding|inset|border-radius|border-width)\s*:\s*([^;}]+)")
STYLE = re.compile(r'href="(/static/modsvc\.css\?v=[0-9a-f]+)"')


def test_the_style_sheet_is_small_and_kept_by_the_browser(app: Flask):
    browser = Browser(app)

    answer = browser.get(STYLE.search(browser.get("/docs").text)[1])

    assert answer.status_code == 200
    assert answer.content_type == "text/css; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert 1_000 < len(answer.data) <= MAX_STYLE_BYTES
    answer.close()


def test_a_page_tells_its_style_sheet_ahead(app: Flask):
    page = Browser(app).get("/log-in")

    assert page.headers["Link"] == f"<{STYLE.search(page.text)[1]}>; rel=preload; as=style"
    assert "Link" not in Browser(app).get("/healthz").headers


def test_a_changed_file_has_another_address():
    assert assets.digest("modsvc.css") != assets.digest("favicon.svg")


def test_a_file_is_packed_for_who_takes_it_so(app: Flask):
    for name in sorted(assets.SERVED - {"vendor/VENDOR.toml"}):
        path = f"/static/{name}?v={assets.digest(name)}"
        plain = Browser(app).get(path)
        asked = {"Accept-Encoding": "br, gzip"}
        packed = app.test_client().get(path, headers=asked)
        kept = {"If-None-Match": packed.headers["ETag"]}

        assert gzip.decompress(packed.data) == plain.data
        assert (packed.content_type, packed.headers["Content-Encoding"]) == (
            plain.content_type,
            "gzip",
        )
        assert packed.headers["Cache-Control"] == plain.headers["Cache-Control"]
        assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
        assert packed.headers["ETag"] != plain.headers["ETag"]
        assert app.test_client().get(path, headers=asked | kept).status_code == 304
        plain.close()


def test_a_page_asks_for_one_style_sheet_and_one_script_at_most():
    for path in TEMPLATES:
        source = path.read_text(encoding="utf-8")
        chosen = re.findall(r"\{% set (?:styles|scripts)\b[^=]*= ([^%]*) %\}", source)
        for name in re.findall(r'"([^"]+)"', " ".join(chosen)):
            assert name in assets.SERVED, (path.name, name)
        if path.name != "base.html":
            assert not re.search(r"<(?:link|script)\b", source), path.name


def test_a_bundle_is_its_files_one_after_the_other():
    for name, files in assets.BUNDLES.items():
        parts = [(STATIC / each).read_text(encoding="utf-8") for each in files]
        assert assets.content(name).decode() == "\n".join(parts)
        if name.endswith(".js"):
            # It holds for all that follows, so ours come first.
            assert parts[0].startswith('"use strict";')


def test_a_file_under_the_address_of_another_version_is_not_kept(app: Flask):
    for headers in ({}, {"Accept-Encoding": "gzip"}):
        answer = app.test_client().get("/static/modsvc.css?v=0123456789ab", headers=headers)

        assert answer.status_code == 200
        assert "max-age" not in answer.headers["Cache-Control"]
        assert "immutable" not in answer.headers["Cache-Control"]
        answer.close()


def test_nothing_beside_the_files_is_served(app: Flask):
    for path in (
        "../session.py",
        "%2e%2e/session.py",
        "..%2fsession.py",
        "x.css",
        "x%00.css",
        "vendor",
    ):
        for headers in ({}, {"Accept-Encoding": "gzip"}):
            answer = app.test_client().get(f"/static/{path}", headers=headers)
            assert answer.status_code == 404, path


def test_scripts_of_others_are_as_their_packages_have_them():
    recorded = tomllib.loads((VENDOR / "VENDOR.toml").read_text(encoding="utf-8"))
    notice = (VENDOR.parents[3] / "NOTICE").read_text(encoding="utf-8")

    assert {path.name for path in VENDOR.iterdir()} == {"VENDOR.toml", *recorded}
    for name, facts in recorded.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == facts["sha256"], name
        assert facts.keys() >= {"package", "version", "licence"}
        assert f"vendor/{name}" in notice
        assert facts["version"] in notice


def test_the_queues_scripts_are_small(app: Flask):
    sizes = {
        path.name: len(gzip.compress(path.read_bytes())) for path in VENDOR.parent.glob("queue*")
    }

    assert sizes["queue.js"] + sizes["queue-live.js"] <= MAX_SCRIPT_BYTES
    assert sizes["queue.css"] <= 3_000


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.stem)
def test_a_style_sheet_names_only_logical_sides(path: Path):
    rules = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)

    assert not SIDES.findall(rules)
    for shorthand in SHORTHAND.findall(rules):
        sides = re.sub(r"\([^)]*\)", "x", shorthand).split()
        assert len(sides) < 4 or sides[1] == sides[3], shorthand


@pytest.mark.parametrize(
    "rule", ["margin-left: 1px", "text-align: right", "float:left", "right: 0", "padding-right:0"]
)
def test_a_side_that_is_not_logical_is_found(rule: str):
    assert SIDES.search("{ " + rule)
