from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from modsvc.app import DEFAULT_POLICY
from modsvc.store.schema import HEAD
from tests.cli.conftest import Run


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys, modsvc.cli; heavy = {'flask', 'babel', 'sqlalchemy', 'alembic', 'numpy', 'sklearn'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"


def test_a_site_gets_a_key_a_moderator_and_a_link(run: Run) -> None:
    assert run("site", "add", "gazette", "--name", "The Gazette").returncode == 0
    key = run("key", "add", "--site", "gazette").stdout.strip()
    link = run("moderator", "add", "ada", "--site", "gazette").stdout.strip()

    assert re.fullmatch(r"msk_[\w-]{43}", key)
    assert re.fullmatch(r"http://127\.0\.0\.1:8080/log-in/link/[\w-]{43}", link)
    assert key[:10] in run("key", "list", "--site", "gazette").stdout
    assert key not in run("key", "list", "--site", "gazette").stdout
    assert "ada\tgazette\tmoderator\tactive" in run("moderator", "list").stdout
    assert run("site", "list").stdout == "gazette\tThe Gazette\n"

    changed = run("key", "change", key[:10], "--site", "gazette", "--keep-comments", "--zeros")
    assert changed.returncode == 0
    assert "--keep-comments, --zeros" in run("key", "list", "--site", "gazette").stdout
    run("key", "change", key[:10], "--site", "gazette", "--forget-comments")
    assert "\t--zeros" in run("key", "list", "--site", "gazette").stdout

    secret = (key[:10], "--site", "gazette", "--secret", "s3cr3t")
    assert run("key", "add-secret", *secret).returncode == 0
    assert run("key", "drop-secret", *secret).returncode == 0
    assert "has that secret" in run("key", "drop-secret", *secret).stderr

    assert run("key", "revoke", key[:10], "--site", "gazette").returncode == 0
    assert "revoked" in run("key", "list", "--site", "gazette").stdout
    assert run("moderator", "disable", "ada").returncode == 0
    assert "disabled" in run("moderator", "list").stdout


def test_a_moderator_gets_a_role_and_loses_a_second_step(
    run: Run, environment: dict[str, str]
) -> None:
    from modsvc.store import people, second_steps, sites
    from modsvc.store.db import Database

    run("site", "add", "gazette")
    run("moderator", "add", "ada", "--site", "gazette")
    database = Database(environment["MODSVC_DATABASE_URL"])

    assert run("moderator", "role", "ada", "admin", "--site", "gazette").returncode == 0
    assert run("site", "change", "gazette", "--second-step-from", "editor").returncode == 0
    with database.write() as db:
        ada = people.find(db, "ada")
        assert ada is not None
        assert second_steps.turn_on(db, ada.id, "nonce", 1)
        assert [(c.kind, c.role, c.made_by) for c in people.changes(db, "gazette")] == [
            ("role", "admin", None),
            ("joined", "moderator", None),
        ]
    assert (ada.roles, ada.needs_second_step) == ({"gazette": "admin"}, True)

    assert run("moderator", "reset-totp", "ada").returncode == 0
    assert run("site", "change", "gazette", "--second-step-from", "nobody").returncode == 0
    with database.read() as db:
        assert second_steps.nonce_of(db, ada.id) is None
        assert sites.second_step_from(db, "gazette") is None
    database.close()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("site", "add", "The Gazette"), "small letters"),
        (("key", "add", "--site", "nowhere"), "modsvc site add nowhere"),
        (("key", "add", "--site", "x", "--scope", "everything"), "there is no scope 'everything'"),
        (("key", "revoke", "msk", "--site", "x"), "at least the first 10"),
        (("key", "revoke", "msk_0123456789", "--site", "x"), "no good key"),
        (("key", "change", "msk_0123456789", "--site", "x", "--zeros"), "no good key"),
        (("key", "change", "msk_0123456789", "--site", "x"), "say what to change"),
        (("moderator", "add", "ada", "--site", "x", "--role", "king"), "there is no role 'king'"),
        (("moderator", "role", "ada", "king", "--site", "x"), "there is no role 'king'"),
        (("moderator", "role", "nobody", "lead", "--site", "x"), "there is no moderator 'nobody'"),
        (("moderator", "reset-totp", "nobody"), "there is no moderator 'nobody'"),
        (("site", "change", "x", "--second-step-from", "lead"), "there is no site 'x'"),
        (("moderator", "disable", "nobody"), "there is no moderator 'nobody'"),
        (("policy", "check", "nowhere.toml"), "nowhere.toml: cannot be read"),
        (("serve", "--bind", "8080"), "is not HOST:PORT"),
        (("serve", "--bind", "192.0.2.1:8080"), "cannot listen on 192.0.2.1:8080"),
        (("audit", "verify", "--site", "nowhere"), "there is no site 'nowhere'"),
    ],
)
def test_what_is_refused_is_said_in_one_line(
    run: Run, arguments: tuple[str, ...], said: str
) -> None:
    done = run(*arguments)

    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("MODSVC_DATABASE_URL", "mysql://u:hunter2@h/n"),
        ("MODSVC_LOG_LEVEL", "loud"),
        ("MODSVC_SECRET_KEY", "short"),
        ("MODSVC_MODEL_SHA256", "abc"),
        ("MODSVC_ENCODER", "sometimes"),
        ("MODSVC_TRUSTED_PROXIES", "-1"),
        ("MODSVC_SECURE_COOKIES", "perhaps"),
        ("MODSVC_SECRET_KEY_FILE", "/nowhere/secret"),
    ],
)
def test_a_bad_setting_is_named_and_not_repeated(run: Run, setting: str, value: str) -> None:
    done = run("migrate", **{setting: value})

    assert done.returncode == 2
    assert setting in done.stderr
    assert "hunter2" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_is_down_is_named_without_its_password(run: Run) -> None:
    done = run("site", "list", MODSVC_DATABASE_URL="postgresql://u:hunter2@127.0.0.1:1/n")

    assert done.returncode == 2
    assert "u:***@127.0.0.1:1/n" in done.stderr
    assert "hunter2" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_setting_can_come_from_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "url").write_text(f"sqlite:///{tmp_path}/elsewhere.db\n")

    run("migrate", MODSVC_DATABASE_URL_FILE=str(tmp_path / "url"))

    assert (tmp_path / "elsewhere.db").exists()


def test_migrating_says_what_it_did(run: Run) -> None:
    assert run("migrate").stdout == f"the schema is at {HEAD}\n"
    assert run("migrate").stdout == f"the schema is at {HEAD}; there was nothing to do\n"


def test_a_good_policy_is_said_to_be_good(run: Run, tmp_path: Path) -> None:
    shutil.copy(DEFAULT_POLICY, tmp_path / "mine.toml")

    done = run("policy", "check", "mine.toml")

    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"mine\.toml is good; its version is [0-9a-f]{12}\n", done.stdout)


def test_the_shipped_model_is_as_it_was_made(run: Run) -> None:
    done = run("model", "verify")

    assert done.returncode == 0
    assert "toxicity" in done.stdout


def test_the_log_of_a_new_site_is_good(run: Run) -> None:
    run("site", "add", "gazette")

    assert "gazette: 0 decisions" in run("audit", "verify").stdout


def test_a_broken_policy_stops_the_service_from_starting(run: Run, tmp_path: Path) -> None:
    text = DEFAULT_POLICY.read_text().replace("max_links = 2", "max_links = two")
    (tmp_path / "mine.toml").write_text(text)

    done = run("serve", "--bind", "127.0.0.1:0", MODSVC_POLICY="mine.toml")

    assert done.returncode == 2
    assert re.match(r"modsvc: mine\.toml:\d+:\d+: this is not TOML", done.stderr)
