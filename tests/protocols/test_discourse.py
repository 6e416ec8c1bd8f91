"""What Discourse's plugins send, and the way docs/discourse.md leads it to modsvc."""

from __future__ import annotations

import json
import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from modsvc.core.answering import Answering
from modsvc.core.comment import MAX_BODY_CHARS
from modsvc.store import sites
from modsvc.store.db import Database
from tests.conftest import SITE
from tests.fakes import Clock
from tests.protocols.conftest import Served
from tests.server import START_WITHIN_S, Answer, free_port

PAGE = (Path(__file__).parents[2] / "docs" / "discourse.md").read_text(encoding="utf-8")
GOOGLE = "commentanalyzer.googleapis.com"
BLOG = "https://forum.example"
FAIR = "Thank you, a fair and careful article 😀."
INSULT = "You are a worthless idiot."
HELD = "תודה רבה על הכתבה המעניינת הזאת, למדתי ממנה הרבה דברים חדשים."

Send = Callable[..., Answer]


@dataclass(frozen=True)
class Key:
    """A key that can be part of a host name."""

    text: str

    @property
    def host(self) -> str:
        return f"{self.text}.rest.akismet.com"


@pytest.fixture(scope="module")
def make_key(served: Served) -> Callable[[str], Key]:
    def make(holds: str) -> Key:
        database = Database(served.database_url)
        with database.write() as db:
            text = sites.add_key(
                db,
                SITE,
                "discourse",
                frozenset(["protocols:call"]),
                Clock().now,
                Answering(akismet_hold=holds),
                for_host_name=True,
            )
        database.close()
        return Key(text)

    return make


@pytest.fixture(scope="module")
def key(make_key: Callable[[str], Key]) -> Key:
    return make_key("spam")


def exchange(connection: HTTPConnection, host: str, path: str, body: str, kind: str) -> Answer:
    headers = {
        "Host": host,
        "Content-Type": kind,
        "User-Agent": "Discourse/2026.11 | discourse-akismet/0.1",
    }
    try:
        connection.request("POST", path, body.encode(), headers)
        response = connection.getresponse()
        sent = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, sent, response.read())
    finally:
        connection.close()


@pytest.fixture(scope="module")
def plainly(served: Served) -> Send:
    """Send to modsvc itself."""

    def send(host: str, path: str, body: str, kind: str) -> Answer:
        connection = HTTPConnection("127.0.0.1", served.server.port, timeout=20)
        return exchange(connection, host, path, body, kind)

    return send


@pytest.fixture(scope="module")
def by_the_page(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Send]:
    """Send over TLS to the proxy that the page describes, trusting only its authority."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None or shutil.which("openssl") is None:
        pytest.skip("apt-get install nginx-light openssl")
    folder = tmp_path_factory.mktemp("nginx")
    port = free_port()
    run_commands(folder)
    (folder / "nginx.conf").write_text(configuration(folder, port, served.server.port), "utf-8")
    trusting = ssl.create_default_context(cafile=str(folder / "ca.crt"))

    def connect(host: str) -> HTTPSConnection:
        return Elsewhere(host, "127.0.0.1", port, trusting)

    def send(host: str, path: str, body: str, kind: str) -> Answer:
        return exchange(connect(host), host, path, body, kind)

    command = [nginx, "-p", str(folder), "-e", "error.log", "-c", "nginx.conf"]
    process = subprocess.Popen(command)
    try:
        deadline = time.monotonic() + START_WITHIN_S
        while True:
            assert process.poll() is None, (folder / "error.log").read_text("utf-8")
            assert time.monotonic() < deadline, "nginx does not answer"
            first = connect(GOOGLE)
            try:
                first.connect()
                break
            except OSError:
                time.sleep(0.02)
            finally:
                first.close()
        yield send
    finally:
        process.terminate()
        process.wait(20)


class Elsewhere(HTTPSConnection):
    """Goes to an address of ours and asks for the certificate of the name, as with an own DNS."""

    def __init__(self, name: str, address: str, port: int, trusting: ssl.SSLContext) -> None:
        super().__init__(address, port, timeout=20, context=trusting)
        self._name, self._trusting = name, trusting

    def connect(self) -> None:
        HTTPConnection.connect(self)
        self.sock = self._trusting.wrap_socket(self.sock, server_hostname=self._name)


def block(kind: str) -> str:
    """Give the page's one block of this kind."""
    (found,) = re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


def run_commands(folder: Path) -> None:
    done = subprocess.run(
        ["sh", "-e", "-c", block("sh")], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def configuration(folder: Path, port: int, modsvc_port: int) -> str:
    """Make a whole configuration of the page's lines, with ports and paths of this test."""
    server = block("nginx")
    for theirs, ours in {
        "443 ssl": f"127.0.0.1:{port} ssl",
        "/etc/nginx/": f"{folder}/",
        "127.0.0.1:8080": f"127.0.0.1:{modsvc_port}",
    }.items():
        assert theirs in server
        server = server.replace(theirs, ours)
    kept = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "\n".join(f"{name}_temp_path {folder}/{name};" for name in kept)
    return (
        f"daemon off; master_process off; pid {folder}/pid; events {{}}\n"
        f"http {{ {places}\n{server} }}\n"
    )


@pytest.fixture(params=["plainly", "by_the_page"])
def send(request: pytest.FixtureRequest) -> Send:
    """Send as a plugin does, to modsvc itself and by the way the page describes."""
    found: Send = request.getfixturevalue(request.param)
    return found


def check(send: Send, key: Key, text: str, path: str = "comment-check", **more: str) -> Answer:
    """Send what discourse-akismet sends of a post."""
    fields = {
        "content_type": "forum-post",
        "referrer": BLOG,
        "permalink": f"{BLOG}/t/a-topic/7/2",
        "comment_author": "ada",
        "comment_content": text,
        "user_ip": "192.0.2.1",
        "user_agent": "Browser/1",
        "blog": BLOG,
        **more,
    }
    kind = "application/x-www-form-urlencoded"
    return send(key.host, f"/1.1/{path}", urlencode(fields), kind)


@pytest.mark.parametrize(
    ("text", "word"), [(FAIR, b"false"), (f"A title\n\n{INSULT}", b"true"), (HELD, b"true")]
)
def test_a_post_is_answered_with_a_word(send: Send, key: Key, text: str, word: bytes) -> None:
    answer = check(send, key, text)

    assert (answer.status, answer.body) == (200, word)
    assert "x-akismet-error" not in answer.headers


def test_a_key_for_other_clients_says_error_of_what_is_held(
    send: Send, make_key: Callable[[str], Key]
) -> None:
    answer = check(send, make_key("error-header"), HELD)

    assert (answer.status, answer.body) == (200, b"false")
    assert answer.headers["x-akismet-error"] == "1"
    # Discourse lets one post in ten minutes through to its queue for each code.
    assert answer.headers["x-akismet-alert-code"].isdigit()
    assert "language" in answer.headers["x-akismet-alert-msg"]


def test_what_is_too_long_to_be_judged_is_taken_away(send: Send, key: Key) -> None:
    answer = check(send, key, "x " * (MAX_BODY_CHARS // 2 + 1) + "x")

    assert (answer.status, answer.body) == (200, b"true")


@pytest.mark.parametrize("path", ["submit-spam", "submit-ham"])
def test_what_moderators_say_is_thanked_for_in_the_plugins_words(
    send: Send, key: Key, path: str
) -> None:
    answer = check(send, key, INSULT, path)

    assert (answer.status, answer.body) == (200, b"Thanks for making the web a better place.")


def test_a_post_without_an_address_and_a_bad_key_are_no_word_the_plugin_knows(
    send: Send, key: Key
) -> None:
    by_mail, stranger = check(send, key, FAIR, user_ip=""), check(send, Key("wrong"), FAIR)

    for answer in (by_mail, stranger):
        assert answer.status == 200
        assert answer.body not in {b"true", b"false"}
        assert answer.headers["x-akismet-debug-help"]


def test_the_key_can_be_tried_as_the_page_says(send: Send, key: Key) -> None:
    (body,) = re.findall(
        r'`curl -d "([^"]+)" https://KEY\.rest\.akismet\.com/1\.1/verify-key`', PAGE
    )
    kind = "application/x-www-form-urlencoded"

    answer = send(key.host, "/1.1/verify-key", body.replace("KEY", key.text), kind)

    assert answer.body == b"valid"


def analyse(send: Send, key: Key, text: str, attribute: str = "TOXICITY") -> Any:
    """Send what discourse-perspective-api sends of a post, and read it as it does."""
    asked = {
        "comment": {"text": text},
        "doNotStore": True,
        "sessionId": f"{BLOG}_7",
        "requestedAttributes": {attribute: {"scoreType": "PROBABILITY"}},
    }
    path = f"/v1alpha1/comments:analyze?key={key.text}"
    return send(GOOGLE, path, json.dumps(asked), "application/json").json


@pytest.mark.parametrize("attribute", ["TOXICITY", "SEVERE_TOXICITY"])
def test_a_post_is_scored(send: Send, key: Key, attribute: str) -> None:
    insult, fair = (
        analyse(send, key, text, attribute)["attributeScores"][attribute]["summaryScore"]["value"]
        for text in (INSULT, FAIR)
    )

    assert 1 > insult > fair >= 0
    assert attribute != "TOXICITY" or insult > 0.85


def test_what_cannot_be_scored_has_no_scores(send: Send, key: Key) -> None:
    for answer in (analyse(send, key, HELD), analyse(send, Key("wrong"), FAIR)):
        assert "attributeScores" not in answer
        assert answer["error"]["code"] == 400


def test_the_authority_can_vouch_for_no_other_name(by_the_page: Send, tmp_path: Path) -> None:
    run_commands(tmp_path)
    other = block("sh").partition("openssl req -x509 -CA")[2]
    other = "openssl req -x509 -CA" + other.replace("DNS:rest.akismet.com", "DNS:bank.example")
    subprocess.run(
        ["sh", "-e", "-c", other], cwd=tmp_path, capture_output=True, check=True, timeout=60
    )

    verify = ["openssl", "verify", "-CAfile", "ca.crt", "elsewhere.crt"]
    done = subprocess.run(verify, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode != 0
    assert "permitted subtree violation" in done.stderr


def test_nothing_is_logged_that_has_the_key_in_it(
    by_the_page: Send, key: Key, tmp_path_factory: pytest.TempPathFactory
) -> None:
    check(by_the_page, key, FAIR)
    analyse(by_the_page, key, FAIR)

    folders = tmp_path_factory.getbasetemp().glob("nginx*")
    logs = [path for folder in folders for path in folder.rglob("*.log")]
    assert logs
    assert not [path for path in logs if key.text in path.read_text("utf-8")]
