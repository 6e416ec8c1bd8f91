"""A WordPress with our plugin, asking a modsvc that runs or one that stands for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from modsvc.store import sites
from modsvc.store.db import Database
from tests.conftest import SITE
from tests.protocols.conftest import Served
from tests.protocols.wordpress.server import ANY, WordPress, wordpress
from tests.protocols.wordpress.stand_in import StandIn, answering


@pytest.fixture(scope="module")
def installed() -> Iterator[WordPress]:
    with wordpress() as site:
        yield site


@pytest.fixture(scope="module")
def key(served: Served) -> str:
    """A key with the scopes that docs/wordpress.md asks for."""
    database = Database(served.database_url)
    with database.write() as db:
        scopes = frozenset(["comments:write", "decisions:read"])
        key = sites.add_key(db, SITE, "wordpress", scopes, datetime.now(UTC))
    database.close()
    return key


@pytest.fixture
def site(installed: WordPress, served: Served, key: str) -> Iterator[WordPress]:
    """The WordPress, with our plugin and a modsvc that runs."""
    installed.install("modsvc.php")
    installed.define(MODSVC_URL=served.base, MODSVC_KEY=key)
    installed.php(f"""
        update_option('modsvc_cursor', '0');
        update_option('comments_notify', 0);
        update_option('moderation_notify', 0);
        update_option('comment_previously_approved', 0);
        update_option('disallowed_keys', '');
        foreach (get_comments(['status' => {ANY}]) as $comment) {{
            wp_delete_comment($comment, true);
        }}
        return 1;
    """)
    installed.mails()
    yield installed
    log = (installed.root / "php.log").read_text("utf-8", "replace")
    assert not [line for line in log.splitlines() if "PHP Warning" in line or "PHP Fatal" in line]


@pytest.fixture
def stand_in(site: WordPress) -> Iterator[StandIn]:
    """The same, with a stand-in for modsvc that approves."""
    stand_in = StandIn()
    stand_in.decide("approve")
    with answering(stand_in) as base:
        site.define(MODSVC_URL=base, MODSVC_KEY="msk_any")
        yield stand_in
