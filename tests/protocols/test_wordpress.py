"""A real WordPress that asks modsvc, by docs/wordpress/*.php. Skipped where it is not installed."""

from __future__ import annotations

import base64
import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from modsvc.core.past import Past
from modsvc.core.review import APPROVAL, REJECTIONS
from modsvc.exports import READERS
from modsvc.services.review_case import ReviewCase
from modsvc.store import comments, people, sites, suggestions
from modsvc.store.db import Database
from modsvc.store.decisions import Recorded
from modsvc.store.writer import Writer
from tests.conftest import SITE
from tests.protocols.conftest import Served
from tests.protocols.wordpress import ANY, INSTALL, PLUGINS, WordPress, is_here, wordpress
from tests.server import free_port
from tests.strategies import default_policy

FAIR = "Thank you, a fair and careful article."
INSULT = "You are a worthless idiot."
UNREAD = "תודה רבה על הכתבה המעניינת הזאת, למדתי ממנה הרבה דברים חדשים."
ANY_KEY = "000000000000"
HELD = "See https://a.example/1 and https://b.example/2 and https://c.example/3."
ODD = "שלום, reader 😀 — مرحبا & 5 > 4 <3, \u202ewell\u202c… “so” it's ‘fine’."

pytestmark = pytest.mark.skipif(not is_here(), reason=INSTALL)


class StandIn:
    """Answers in modsvc's place, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.status, self.body = 200, b""
        self.feed = b'{"decisions": [], "next": "0"}'
        self.headers: dict[str, str] = {}
        self.is_slow = False
        self.closed = threading.Event()

    def decide(self, action: str, code: str = "insult", by: str = "policy") -> None:
        """Give every comment this decision."""
        self.status, self.headers, self.is_slow = 201, {}, False
        reasons = [{"code": code, "action": action}]
        decision = {"action": action, "reasons": reasons, "decided_by": by}
        moment = datetime.now(UTC).isoformat()
        self.body = json.dumps({**decision, "decided_at": moment}).encode()

    def tell(self, comment: str, action: str, by: str, *, following: str) -> None:
        """Have the feed tell of one decision."""
        self.decide(action, by=by)
        decision = {"id": comment, **json.loads(self.body)}
        self.feed = json.dumps({"decisions": [decision], "next": following}).encode()


@contextmanager
def answering(stand_in: StandIn) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            stand_in.asked.append((self.path, self.rfile.read(length)))
            if stand_in.is_slow:
                stand_in.closed.wait(20)
            else:
                self.answer(stand_in.status, stand_in.body, stand_in.headers)

        def do_GET(self) -> None:
            stand_in.asked.append((self.path, b""))
            self.answer(200, stand_in.feed, {})

        def answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        stand_in.closed.set()
        server.shutdown()
        server.server_close()
        thread.join()


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


def decisions(served: Served, comment: dict[str, Any]) -> list[dict[str, Any]]:
    """Give what modsvc decided on a comment; nothing where it knows of none."""
    answer = served.server.call("GET", f"/v1/comments/{comment['comment_ID']}", key=served.keeps)
    found: list[dict[str, Any]] = answer.json.get("decisions", [])
    return found


def judge(served: Served, comment: dict[str, Any], code: str) -> Recorded:
    """Decide a comment's case as a moderator does on the page."""
    database = Database(served.database_url)
    writer = Writer(database)
    try:
        with database.write() as db:
            ben = people.find(db, "ben")
            moderator = ben.id if ben else people.add(db, "ben", datetime.now(UTC))
        review = ReviewCase(
            db=database, writer=writer, policy=default_policy(), now=lambda: datetime.now(UTC)
        )
        (case_id,) = (
            line.id for line in review.queue(SITE)[0] if line.comment_id == comment["comment_ID"]
        )
        assert review.claim(SITE, case_id, moderator)
        case = review.open(SITE, case_id).case
        return review.decide(
            SITE,
            case_id,
            moderator,
            code,
            claim_token=case.claim_token,
            revision=case.revision,
        )
    finally:
        writer.close()
        database.close()


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


def rest(site: WordPress, who: str, text: str) -> dict[str, Any]:
    """Post a comment by WordPress' REST API, as somebody who is logged in."""
    make = "WP_Application_Passwords::create_new_application_password"
    password = site.php(
        f"return {make}(get_user_by('login', '{who}')->ID, ['name' => uniqid()])[0];"
    )
    token = base64.b64encode(f"{who}:{password}".encode()).decode()
    body = json.dumps({"post": site.article, "content": text}).encode()
    headers = {"Authorization": f"Basic {token}", "Content-Type": "application/json"}
    answer = site.call("POST", "/?rest_route=/wp/v2/comments", body, **headers)
    assert answer.status == 201, answer.body
    return site.newest()


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


def test_wordpress_refuses_a_comment_that_was_just_made(site: WordPress) -> None:
    site.comment(FAIR)

    again = site.post(FAIR)

    assert again.status == 409
    assert len(site.published()) == 1


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (ODD, ODD),
        ("You <b>wor</b>thless <em>id</em>iot", "You worthless idiot"),
        (
            'See <a href="https://a.example/1" title="of note">this</a>.',
            "See  https://a.example/1 of note this.",
        ),
        ("1 < 2 &amp; &lt;b&gt; <script>x()</script>", "1 < 2 & <b> x()"),
        ("<blockquote>They said.</blockquote>I say.", "They said.\nI say."),
        ("N\0U\0L and \x07bells\r\nand lines", "NUL and bells\nand lines"),
    ],
)
def test_the_text_arrives_as_readers_would_see_it(
    site: WordPress, served: Served, text: str, read: str
) -> None:
    comment = site.comment(text)

    database = Database(served.database_url)
    with database.read() as db:
        stored = comments.find(db, SITE, comment["comment_ID"])
    database.close()
    assert stored is not None
    assert stored.body.replace("\r", "") == read


@pytest.mark.parametrize(
    "text",
    [
        b"\xff\xfe broken \xc3\x28",
        "<b></b>",
        "x" * 30_000,
        "&#0; &#xD800; &#x110000;",
        "\u202e\u200b",
    ],
)
def test_odd_text_breaks_nothing(site: WordPress, text: str | bytes) -> None:
    answer = site.post(text)

    assert answer.status in {200, 302, 409}, answer.body[-300:]
    if len(text) > 20_480:
        assert site.newest()["comment_approved"] == "0"


def test_article_author_and_parent_are_told(site: WordPress, stand_in: StandIn) -> None:
    first = site.comment("The <i>first</i> one.")
    site.comment("An answer.", comment_parent=first["comment_ID"], email=" Bea@Example.org ")
    rest(site, "rae", "A member's.")

    told = [json.loads(body) for path, body in stand_in.asked if path == "/v1/comments"]
    url = f"{site.base}/?p={site.article}"
    assert told[1]["article"] == {
        "id": url,
        "url": url,
        "title": "Head of Intelligence & Research resigns",
        "section": "Middle East",
        "body": "He resigned on Monday.",
    }
    assert told[1]["parent"] == {"id": first["comment_ID"], "body": "The first one."}
    assert "parent" not in told[0]
    assert told[0]["author"]["name"] == "Ada"
    assert told[0]["author"]["id"] != told[1]["author"]["id"]
    assert "example.org" not in json.dumps([each["author"] for each in told])
    assert told[2]["author"]["id"].startswith("user-")
    assert told[2]["author"]["joined_at"].startswith("20")
    assert {each["created_at"][-1] for each in told} == {"Z"}


def test_what_is_imported_later_has_the_same_ids(site: WordPress, stand_in: StandIn) -> None:
    first = site.comment(FAIR)
    site.comment("An answer.", comment_parent=first["comment_ID"], email="Bea@Example.org")
    rest(site, "rae", "A member's.")
    told = [json.loads(body) for path, body in stand_in.asked if path == "/v1/comments"]

    export = site.php("""
        require ABSPATH . 'wp-admin/includes/export.php';
        ob_start();
        export_wp();
        return ob_get_clean();
    """)

    lines = [line.encode() for line in export.splitlines(keepends=True)]
    found = [each.comment for each in READERS["wordpress"](lines, _none) if isinstance(each, Past)]
    assert [(c.id, c.article.id, c.author.id, c.body) for c in found] == [
        (t["id"], t["article"]["id"], t["author"]["id"], t["body"]) for t in told
    ]
    assert found[1].parent is not None
    assert found[1].parent.id == told[1]["parent"]["id"]
    assert {c.article.section for c in found} == {"Middle East"}


def _none(_: str) -> list[bytes]:
    return []


def test_spam_goes_where_spam_is_looked_for(site: WordPress, stand_in: StandIn) -> None:
    stand_in.decide("reject", "spam")
    spam = site.comment(FAIR)
    stand_in.decide("reject", "insult")
    abuse = site.comment(FAIR, author="Bea", email="bea@example.org")

    assert (spam["comment_approved"], abuse["comment_approved"]) == ("spam", "trash")


def test_the_mails_of_wordpress_are_sent_once(site: WordPress, stand_in: StandIn) -> None:
    for option in ("comments_notify", "moderation_notify"):
        site.php(f"update_option('{option}', 1); return 1;")

    site.comment(FAIR)
    published = site.mails()
    stand_in.decide("hold")
    site.comment(HELD)
    held = site.mails()

    assert [subject.split("] ")[1].split(":")[0] for subject in published] == ["Comment"]
    assert {subject.split("] ")[1].split(":")[0] for subject in held} == {"Please moderate"}


def test_wordpress_keeps_asking_by_itself(site: WordPress) -> None:
    site.call("GET", "/?rest_route=/")

    assert site.php("return wp_get_schedule('modsvc_catch_up');") == "modsvc"
    assert site.php("return wp_get_schedules()['modsvc']['interval'];") == 120


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
