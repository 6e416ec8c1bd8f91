"""What a real WordPress publishes, by docs/wordpress/modsvc.php. Skipped where there is none."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from modsvc.core.review import APPROVAL, REJECTIONS
from tests.protocols.conftest import Served
from tests.protocols.wordpress.asking import (
    FAIR,
    HELD,
    INSULT,
    UNREAD,
    decisions,
    judge,
    rest,
)
from tests.protocols.wordpress.server import INSTALL, PLUGINS, WordPress, is_here

pytestmark = pytest.mark.skipif(not is_here(), reason=INSTALL)


@pytest.mark.parametrize("plugin", sorted(PLUGINS.glob("*.php")), ids=lambda path: path.name)
def test_php_can_read_the_plugin(plugin: Any) -> None:
    assert (
        subprocess.run(["php", "-l", str(plugin)], capture_output=True, check=False).returncode == 0
    )


def test_an_ordinary_comment_is_published_at_once(site: WordPress, served: Served) -> None:
    comment = site.comment(FAIR)

    assert comment["comment_approved"] == "1"
    assert site.published() == [int(comment["comment_ID"])]
    assert [each["action"] for each in decisions(served, comment)] == ["approve"]


def test_an_insult_is_not_published(site: WordPress, served: Served) -> None:
    comment = site.comment(INSULT)

    assert comment["comment_approved"] == "trash"
    assert site.published() == []
    assert [each["action"] for each in decisions(served, comment)] == ["reject"]


def test_what_is_held_waits_and_then_a_moderators_word_counts(
    site: WordPress, served: Served
) -> None:
    good, bad = site.comment(HELD), site.comment(HELD, author="Bea", email="bea@example.org")
    assert (good["comment_approved"], bad["comment_approved"]) == ("0", "0")

    judge(served, good, APPROVAL)
    judge(served, bad, next(iter(REJECTIONS)))
    site.catch_up()

    assert (site.status(good), site.status(bad)) == ("1", "trash")
    assert site.published() == [int(good["comment_ID"])]


def test_what_wordpress_would_hold_is_held_whatever_modsvc_says(
    site: WordPress, served: Served
) -> None:
    site.comment(FAIR)
    site.php("update_option('comment_previously_approved', 1); return 1;")

    known = site.comment("A second thought, and a kind one.")
    new = site.comment(FAIR, author="Cleo", email="cleo@example.org")
    rude = site.comment(INSULT, author="Cleo", email="cleo@example.org")
    site.catch_up()

    assert [site.status(each) for each in (known, new, rude)] == ["1", "0", "trash"]
    assert [each["action"] for each in decisions(served, new)] == ["approve"]


def test_what_wordpress_turns_away_is_not_asked_about(site: WordPress, served: Served) -> None:
    site.php("update_option('disallowed_keys', 'careful'); return 1;")

    comment = site.comment(FAIR)

    assert comment["comment_approved"] == "trash"
    assert decisions(served, comment) == []


@pytest.mark.parametrize("who", ["admin", "ed"])
def test_staff_and_the_articles_author_are_not_asked_about(
    site: WordPress, served: Served, who: str
) -> None:
    comment = rest(site, who, INSULT)

    assert site.status(comment) == "1"
    assert decisions(served, comment) == []


@pytest.mark.parametrize(
    ("text", "status"), [(FAIR, "1"), (INSULT, "trash"), (HELD, "0"), (UNREAD, "0")]
)
def test_comments_by_the_rest_api_are_judged_too(
    site: WordPress, served: Served, text: str, status: str
) -> None:
    comment = rest(site, "rae", text)

    assert site.status(comment) == status
    assert len(decisions(served, comment)) == 1
