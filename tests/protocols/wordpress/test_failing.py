"""No failure publishes, and what was decided meanwhile is followed, whatever comes first."""

from __future__ import annotations

import pytest

from tests.protocols.conftest import Served
from tests.protocols.wordpress.asking import (
    FAIR,
    HELD,
    decisions,
)
from tests.protocols.wordpress.server import INSTALL, WordPress, is_here
from tests.protocols.wordpress.stand_in import StandIn
from tests.server import free_port

pytestmark = pytest.mark.skipif(not is_here(), reason=INSTALL)


def failing(kind: str, stand_in: StandIn) -> None:
    """Have every question fail in this way."""
    approval = stand_in.body
    answers: dict[str, tuple[int, bytes]] = {
        "is broken": (500, approval),
        "cannot store": (503, b'{"title": "Not stored"}'),
        "does not know the key": (401, b"{}"),
        "is another server": (200, b"<html>It works!</html>"),
        "says what is no action": (200, approval.replace(b"approve", b"publish")),
        "says not who decided": (200, b'{"action": "approve"}'),
        "says nothing": (200, b""),
        "is elsewhere": (302, approval),
    }
    stand_in.is_slow = kind == "is slow"
    stand_in.status, stand_in.body = answers.get(kind, (201, approval))
    stand_in.headers = {"Location": "/elsewhere"} if kind == "is elsewhere" else {}


@pytest.mark.parametrize(
    "kind",
    [
        "is down",
        "is slow",
        "is broken",
        "cannot store",
        "does not know the key",
        "is another server",
        "says what is no action",
        "says not who decided",
        "says nothing",
        "is elsewhere",
        "is not configured",
    ],
)
def test_no_failure_publishes_and_the_comment_is_asked_about_again(
    site: WordPress, served: Served, key: str, stand_in: StandIn, kind: str
) -> None:
    failing(kind, stand_in)
    if kind == "is down":
        site.define(MODSVC_URL=f"http://127.0.0.1:{free_port()}", MODSVC_KEY="msk_any")
    if kind == "is not configured":
        site.define()

    fair = site.comment(FAIR)
    if kind != "is slow":
        site.catch_up()
    assert (site.status(fair), site.published()) == ("0", [])
    assert "/elsewhere" not in [path for path, _ in stand_in.asked]

    site.define(MODSVC_URL=served.base, MODSVC_KEY=key)
    site.catch_up()
    assert (site.status(fair), site.published()) == ("1", [int(fair["comment_ID"])])


def test_who_was_judged_by_hand_meanwhile_is_not_asked_about_again(
    site: WordPress, stand_in: StandIn
) -> None:
    stand_in.status = 503
    comment = site.comment(FAIR)
    site.php(f"wp_spam_comment({comment['comment_ID']}); return 1;")
    stand_in.decide("approve")
    stand_in.asked.clear()

    site.catch_up()

    assert site.status(comment) == "spam"
    assert [path for path, _ in stand_in.asked] == ["/v1/decisions?limit=100&after=0"]


@pytest.mark.parametrize(
    "feed",
    [b"", b"[]", b"null", b"<html>", b'{"decisions": "x", "next": "1"}', b'{"decisions": []}'],
)
def test_a_feed_that_is_none_changes_nothing(
    site: WordPress, stand_in: StandIn, feed: bytes
) -> None:
    comment = site.comment(FAIR)
    stand_in.feed = feed

    site.catch_up()

    assert site.status(comment) == "1"
    assert site.php("return get_option('modsvc_cursor');") == "0"


def test_what_comes_in_another_way_is_not_asked_about(site: WordPress, stand_in: StandIn) -> None:
    told = site.php(f"""
        $comment = ['comment_post_ID' => {site.article}, 'comment_author' => 'Ada',
                    'comment_author_email' => 'ada@example.org', 'comment_author_url' => '',
                    'comment_author_IP' => '192.0.2.1', 'comment_agent' => ''];
        $asked = wp_new_comment($comment + ['comment_content' => 'Asked about.']);
        // As those who import comments do.
        $other = wp_insert_comment($comment + ['comment_content' => 'Kept.', 'comment_approved' => 0]);
        add_filter('pre_comment_approved', function () {{ return 'spam'; }}, PHP_INT_MAX);
        $spam = wp_new_comment($comment + ['comment_content' => 'Another plugin called it spam.']);
        return array_map('wp_get_comment_status', [$asked, $other, $spam]);
    """)

    assert told == ["approved", "unapproved", "spam"]
    assert len(stand_in.asked) == 1


def test_an_answer_that_was_lost_is_given_again(site: WordPress, served: Served) -> None:
    comment = site.comment(FAIR)
    number = comment["comment_ID"]
    site.php(f"""
        wp_set_comment_status({number}, 'hold');
        delete_comment_meta({number}, 'modsvc_decided_at');
        update_comment_meta({number}, 'modsvc_wordpress_would', '1');
        return 1;
    """)

    site.catch_up()

    assert site.status(comment) == "1"
    assert len(decisions(served, comment)) == 1


def test_the_feed_undoes_nothing_that_wordpress_own_moderators_decided(
    site: WordPress, served: Served
) -> None:
    comment = site.comment(HELD)
    site.php(f"wp_set_comment_status({comment['comment_ID']}, 'approve'); return 1;")

    site.catch_up()

    assert site.status(comment) == "1"


def test_a_later_decision_is_followed_and_only_a_person_makes_it_milder(
    site: WordPress, stand_in: StandIn
) -> None:
    comment = site.comment(FAIR)
    seen = [site.status(comment)]

    for number, (action, by) in enumerate(
        [
            ("hold", "policy"),  # Such as by the encoder, where it judges late.
            ("approve", "policy"),
            ("approve", "moderator"),
            ("hold", "moderator"),  # As when she takes it back.
            ("reject", "moderator"),
            ("approve", "moderator"),
            ("publish", "moderator"),  # What we do not know is for a person to see.
        ]
    ):
        stand_in.tell(comment["comment_ID"], action, by, following=str(number))
        site.catch_up()
        seen.append(site.status(comment))

    assert seen == ["1", "0", "0", "1", "0", "trash", "1", "0"]
    asked = [path.partition("after=")[2] for path, _ in stand_in.asked if "after=" in path]
    assert asked == ["0", "0", "1", "2", "3", "4", "5"]


@pytest.mark.parametrize("unknown", ["akismet-1", "999999", "0", "-1", "", "{}-x", "{}.5", " {}"])
def test_decisions_on_what_is_not_here_are_passed_over(
    site: WordPress, stand_in: StandIn, unknown: str
) -> None:
    comment = site.comment(FAIR)

    stand_in.tell(unknown.format(comment["comment_ID"]), "reject", "moderator", following="1")
    site.catch_up()

    assert site.status(comment) == "1"
