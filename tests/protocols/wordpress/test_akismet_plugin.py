"""WordPress' unmodified Akismet plugin, by docs/wordpress/akismet-elsewhere.php."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from modsvc.store import comments, suggestions
from modsvc.store.db import Database
from tests.conftest import SITE
from tests.protocols.conftest import Served
from tests.protocols.wordpress.asking import (
    ANY_KEY,
    FAIR,
    INSULT,
    UNREAD,
)
from tests.protocols.wordpress.server import INSTALL, WordPress, is_here
from tests.protocols.wordpress.stand_in import StandIn
from tests.server import free_port

pytestmark = pytest.mark.skipif(not is_here(), reason=INSTALL)


@pytest.fixture
def with_akismet(site: WordPress, served: Served) -> Iterator[WordPress]:
    """The Akismet plugin as it is, sent elsewhere."""
    if not (site.root / "wp-content/plugins/akismet/akismet.php").exists():
        pytest.skip("this WordPress came without the Akismet plugin")
    site.install("akismet-elsewhere.php")
    site.define(MODSVC_URL=served.base, MODSVC_KEY=served.keeps, WPCOM_API_KEY=ANY_KEY)
    site.php("update_option('active_plugins', ['akismet/akismet.php']); return 1;")
    yield site
    site.php("update_option('active_plugins', []); return 1;")


@pytest.mark.parametrize(
    ("text", "status"),
    [(FAIR, "1"), (INSULT, "spam"), (UNREAD, "0")],
)
def test_the_akismet_plugin_asks_modsvc(with_akismet: WordPress, text: str, status: str) -> None:
    assert with_akismet.comment(text)["comment_approved"] == status


def test_the_akismet_plugin_is_content_with_any_key_and_does_not_know_ours(
    with_akismet: WordPress, served: Served
) -> None:
    verify = f"return [Akismet::verify_key('{ANY_KEY}'), Akismet::get_api_key()];"
    assert with_akismet.php(verify) == ["valid", ANY_KEY]

    with_akismet.define(MODSVC_URL=served.base, MODSVC_KEY="wrong", WPCOM_API_KEY=ANY_KEY)
    assert with_akismet.php(verify) == ["invalid", ANY_KEY]


@pytest.mark.parametrize("kind", ["is down", "is not configured", "has no key", "bad key"])
def test_the_akismet_plugin_keeps_comments_pending_when_it_gets_no_answer(
    with_akismet: WordPress, served: Served, kind: str
) -> None:
    defined: dict[str, dict[str, object]] = {
        "is down": {"MODSVC_URL": f"http://127.0.0.1:{free_port()}", "MODSVC_KEY": served.keeps},
        "is not configured": {},
        "has no key": {"MODSVC_URL": served.base},
        "bad key": {"MODSVC_URL": served.base, "MODSVC_KEY": "wrong"},
    }
    with_akismet.define(WPCOM_API_KEY=ANY_KEY, **defined[kind])

    assert with_akismet.comment(FAIR)["comment_approved"] == "0"


def test_what_wordpress_moderators_correct_is_learned_from(
    with_akismet: WordPress, served: Served
) -> None:
    text = "You're a \"worthless\" idiot, \\o/ 😀 & 'all' <b>that</b>."
    comment = with_akismet.comment(text)
    with_akismet.php(f"Akismet::submit_nonspam_comment({comment['comment_ID']}); return 1;")

    feed = served.server.call("GET", "/v1/decisions?limit=500", key=served.keeps).json
    known = feed["decisions"][-1]["id"]
    database = Database(served.database_url)
    with database.read() as db:
        checked = comments.find(db, SITE, known)
        found = suggestions.of_comment(db, SITE, known)
    database.close()
    assert checked is not None
    assert checked.body == text.replace("<b>", "").replace("</b>", "")
    assert [each.labels for each in found] == [{"spam": 0.0}]


def test_nothing_goes_to_akismet_and_all_else_goes_where_it_would(
    with_akismet: WordPress, stand_in: StandIn
) -> None:
    fetch = "return wp_remote_retrieve_body(wp_remote_post('{}', ['body' => 'key=k&blog=b']));"
    stand_in.status, stand_in.body = 200, b"valid"

    here = with_akismet.php(fetch.format("https://rest.akismet.com/1.1/verify-key"))
    there = with_akismet.php(fetch.format("https://akismet.example/1.1/verify-key"))

    assert (here, there) == ("valid", "")
    assert stand_in.asked == [("/1.1/verify-key", b"key=msk_any&blog=b")]
