"""A real WordPress on a free port, with a database of its own, thrown away when the block ends."""

from __future__ import annotations

import getpass
import json
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.server import START_WITHIN_S, Answer, free_port

INSTALL = (
    "apt-get install --no-install-recommends wordpress php-cli php-curl php-mysql mariadb-server"
)
_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])
SOURCE = Path("/usr/share/wordpress")
PLUGINS = Path(__file__).parents[3] / "docs" / "wordpress"
# WordPress' own `any` leaves out what is spam or in the trash.
ANY = "['approve', 'hold', 'spam', 'trash']"
PASSWORD = "correct horse battery staple"

CONFIG = """<?php
define('DB_NAME', 'wordpress');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:%(socket)s');
define('DB_CHARSET', 'utf8mb4');
define('WP_HOME', '%(base)s');
define('WP_SITEURL', '%(base)s');
define('WP_ENVIRONMENT_TYPE', 'local');
define('DISABLE_WP_CRON', true);
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
foreach (json_decode(file_get_contents(__DIR__ . '/constants.json'), true) as $name => $value) {
    define($name, $value);
}
$table_prefix = 'wp_';
defined('ABSPATH') || define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""
# Comments may follow at once on each other, and mail goes into a file.
TESTING = """<?php
add_filter('comment_flood_filter', '__return_false', 99);
add_filter('pre_wp_mail', function ($sent, $mail) {
    file_put_contents(ABSPATH . 'mail', $mail['subject'] . "\\n", FILE_APPEND);
    return true;
}, 10, 2);
"""
# Runs what it is sent inside WordPress; of a WordPress that is thrown away.
EVALUATE = """<?php
require __DIR__ . '/wp-load.php';
$said = (function () { return eval(file_get_contents('php://input')); })();
echo "\\0" . json_encode($said, JSON_THROW_ON_ERROR);
"""
SET_UP = """
    function wp_new_blog_notification() {}
    // It would ask itself whether addresses can be pretty, and this PHP answers one at a time.
    add_filter('pre_http_request', function () { return new WP_Error('none'); });
    require ABSPATH . 'wp-admin/includes/upgrade.php';
    wp_install('The Gazette', 'admin', 'admin@gazette.example', true, '', '%s');
    update_option('comment_previously_approved', 0);
    update_option('permalink_structure', '');
    wp_insert_term('Middle East', 'category');
    foreach (['rae' => 'subscriber', 'ed' => 'author'] as $name => $role) {
        wp_insert_user(['user_login' => $name, 'user_email' => "$name@gazette.example",
                        'user_pass' => '%s', 'role' => $role, 'display_name' => ucfirst($name)]);
    }
    return wp_insert_post([
        'post_title' => 'Head of Intelligence &amp; Research resigns',
        'post_content' => '<p>He resigned on <b>Monday</b>.</p>',
        'post_status' => 'publish',
        'post_author' => get_user_by('login', 'ed')->ID,
        'post_category' => [get_cat_ID('Middle East')],
    ]);
"""


def is_here() -> bool:
    """Whether all that it takes is installed."""
    return (SOURCE / "wp-includes").is_dir() and all(
        shutil.which(name, path=_PATH) for name in ("php", "mariadbd")
    )


@dataclass
class WordPress:
    """A WordPress that runs, with one article; what is posted comes in as from a browser."""

    root: Path
    port: int
    article: int = 0
    # Where PHP is taken: a name that nobody else on this machine knows.
    evaluate: str = field(default_factory=lambda: f"{secrets.token_hex()}.php")

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def define(self, **constants: object) -> None:
        """Define constants, as in wp-config.php, from the next request on."""
        (self.root / "constants.json").write_text(json.dumps(constants), encoding="utf-8")

    def install(self, *names: str) -> None:
        """Have these must-use plugins of ours, and no others."""
        folder = self.root / "wp-content" / "mu-plugins"
        for old in folder.glob("*.php"):
            old.unlink()
        (folder / "testing.php").write_text(TESTING, encoding="utf-8")
        for name in names:
            shutil.copy(PLUGINS / name, folder)

    def php(self, code: str) -> Any:
        """Run PHP inside WordPress, as its own scheduled work does, and give what it returns."""
        answer = self.call("POST", f"/{self.evaluate}", code.encode())
        assert answer.status == 200, (self.root / "php.log").read_text("utf-8")[-2_000:]
        return json.loads(answer.body.rpartition(b"\0")[2])

    def call(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Send a request, and give what came back."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=40)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            sent = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, sent, response.read())
        finally:
            connection.close()

    def post(self, text: str | bytes, **more: str | int) -> Answer:
        """Post a comment as the form below an article does."""
        fields: dict[str, str | int | bytes] = {
            "comment_post_ID": self.article,
            "comment_parent": 0,
            "author": "Ada",
            "email": "ada@example.org",
            "url": "",
            "comment": text,
            **more,
        }
        form = urlencode(fields).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "User-Agent": "Browser/1"}
        return self.call("POST", "/wp-comments-post.php", form, **headers)

    def comment(self, text: str | bytes, **more: str | int) -> dict[str, Any]:
        """Post a comment, and give it as it is stored."""
        answer = self.post(text, **more)
        assert answer.status == 302, answer.body.decode("utf-8", "replace")[-400:]
        return self.newest()

    def newest(self) -> dict[str, Any]:
        """Give the comment that was stored last."""
        order = "'orderby' => 'comment_ID', 'number' => 1"
        found: dict[str, Any] = self.php(f"return get_comments(['status' => {ANY}, {order}])[0];")
        return found

    def status(self, comment: dict[str, Any]) -> str:
        """Give a comment's status now: 1, 0, spam or trash."""
        status: str = self.php(f"return get_comment({comment['comment_ID']})->comment_approved;")
        return status

    def published(self) -> list[int]:
        """Give the comments that anybody may read."""
        path = "/?rest_route=/wp/v2/comments&per_page=100"
        return [each["id"] for each in self.call("GET", path).json]

    def catch_up(self) -> None:
        """Do what WordPress does every other minute."""
        self.php("do_action('modsvc_catch_up'); return 1;")

    def mails(self) -> list[str]:
        """Give the subjects of the mails since the last call."""
        path = self.root / "mail"
        subjects = path.read_text("utf-8").splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return subjects


@contextmanager
def wordpress() -> Iterator[WordPress]:
    """Install WordPress into a temporary folder and run it."""
    with ExitStack() as stack:
        # A short name: that of a socket may have about 100 characters.
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wp-")))
        stack.enter_context(_mariadb(root))
        site = WordPress(root / "site", free_port())
        _lay_out(site, root / "db.sock")
        site.install()
        site.define(WP_INSTALLING=True)
        stack.enter_context(_serving(site))
        site.article = site.php(SET_UP % (PASSWORD, PASSWORD))
        site.define()
        yield site


def _lay_out(site: WordPress, socket: Path) -> None:
    """Make a folder that is a WordPress: its own settings and plugins, all else as installed."""
    content = site.root / "wp-content"
    (content / "mu-plugins").mkdir(parents=True)
    for script in SOURCE.glob("*.php"):
        shutil.copy(script, site.root)
    for name in ("wp-includes", "wp-admin", "wp-content/plugins", "wp-content/themes"):
        (site.root / name).symlink_to(SOURCE / name)
    config = CONFIG % {"socket": socket, "base": site.base}
    (site.root / "wp-config.php").write_text(config, encoding="utf-8")
    (site.root / site.evaluate).write_text(EVALUATE, encoding="utf-8")


@contextmanager
def _mariadb(root: Path) -> Iterator[None]:
    """Run a MariaDB that only whoever can open its socket can ask."""
    (root / "data").mkdir()
    socket = root / "db.sock"
    arguments = [
        "--no-defaults",
        f"--user={getpass.getuser()}",
        f"--datadir={root / 'data'}",
        f"--socket={socket}",
        "--skip-networking",
        "--skip-grant-tables",
        "--skip-log-bin",
        "--innodb-log-file-size=8M",
        "--innodb-flush-log-at-trx-commit=0",
    ]
    log = root / "mariadb.log"
    with _process(["mariadbd", *arguments], log) as process:
        create = "CREATE DATABASE wordpress CHARACTER SET utf8mb4"
        deadline = time.monotonic() + START_WITHIN_S
        ask = "$db = new mysqli('localhost', 'root', '', '', 0, $argv[1]); $db->query($argv[2]);"
        while time.monotonic() < deadline:
            assert process.poll() is None, log.read_text("utf-8", "replace")[-800:]
            tried = ["php", "-r", ask, str(socket), create]
            if (
                socket.exists()
                and subprocess.run(tried, capture_output=True, check=False).returncode == 0
            ):
                break
            time.sleep(0.02)
        else:
            raise AssertionError("MariaDB does not answer")
        yield


@contextmanager
def _serving(site: WordPress) -> Iterator[None]:
    log = site.root / "php.log"
    # What was compiled is kept, but for what has changed.
    options = ["-d", "opcache.enable_cli=1", "-d", "opcache.revalidate_freq=0"]
    command = ["php", *options, "-S", f"127.0.0.1:{site.port}", "-t", str(site.root)]
    with _process(command, log) as process:
        deadline = time.monotonic() + START_WITHIN_S
        while time.monotonic() < deadline:
            assert process.poll() is None, log.read_text("utf-8", "replace")[-800:]
            try:
                site.call("GET", "/nothing")
            except (OSError, HTTPException):
                time.sleep(0.02)
            else:
                break
        else:
            raise AssertionError("PHP does not answer")
        yield


@contextmanager
def _process(command: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=out, env={**os.environ, "PATH": _PATH}
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
