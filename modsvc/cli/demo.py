"""`modsvc demo`: the service with a site, an article and its readers' comments in it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import click

from modsvc.errors import ModsvcError

FOLDER = Path("var")
HOST = "127.0.0.1"


@click.command()
@click.option(
    "--port", default=8080, show_default=True, envvar="PORT", type=click.IntRange(1, 65535)
)
@click.option("--reset", is_flag=True, help="Start over: forget what was decided.")
@click.option(
    "--month", "with_month", is_flag=True, help="Add a site that has been at work for a month."
)
def demo(port: int, *, reset: bool, with_month: bool) -> None:
    """Serve a demo site, post its readers' comments, and print how to look at it.

    Its data is var/demo.db, and stays. Each start makes a fresh key and log-in link and revokes
    the last ones.
    """
    from modsvc.cli.serve import check_free
    from modsvc.demo import month, setting, website
    from modsvc.demo.site import Site

    check_free(HOST, port)
    path, archive = FOLDER / "demo.db", FOLDER / "demo-visitors.jsonl"
    if reset:
        for file in (path, archive, *FOLDER.glob("demo.db-*")):
            file.unlink(missing_ok=True)
    url = f"sqlite:///{path.resolve()}"
    key, token = setting.prepare(url)
    if with_month:
        month.prepare(url)

    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MODSVC_")},
        "MODSVC_DATABASE_URL": url,
        "MODSVC_SECURE_COOKIES": "false",
        "MODSVC_LOG_LEVEL": "warning",
    }
    command = [sys.executable, "-m", "modsvc", "serve", "--bind", f"{HOST}:{port}"]
    server = subprocess.Popen(command, env=environment)  # noqa: S603  Our own command.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        site = Site(f"http://{HOST}:{port}", key)
        site.wait(server)
        thread = website.Thread(site, archive)
        counts = thread.post_all()
        newspaper = website.serve(website.create_website(thread, f"{site.base}/queue"), HOST)
        article = f"http://{HOST}:{newspaper.port}/"
        click.echo(greeting(site.base, article, key, token, counts))
        server.wait()
    except KeyboardInterrupt:
        click.echo("\nstopping; what was decided is kept in var/demo.db")
    finally:
        stop(server)
    if server.returncode not in (0, -signal.SIGTERM, -signal.SIGINT):
        raise ModsvcError(f"the service stopped by itself, with status {server.returncode}")


def stop(server: subprocess.Popen[bytes]) -> None:
    """Stop the service, letting it answer what it has begun."""
    if server.poll() is None:
        server.terminate()
    server.wait()


def greeting(base: str, article: str, key: str, token: str, counts: dict[str, int]) -> str:
    """Say where to look and what to try."""
    body = (
        '{"id": "try-1", "article": "a-aman-resignation", "author": "you", '
        '"body": "You are a worthless idiot and so is the general."}'
    )
    held = counts.get("held", 0)
    told = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    return f"""
modsvc is serving a demo site on {base}

  the article     {article}
                  and {sum(counts.values())} comments under it: {told}
  the queue       {base}/log-in/link/{token}
                  logs you in once, to judge the {held} that are held
  the reference   {base}/docs
  your key        {key}

Try it:

  curl -s {base}/v1/comments \\
    -H 'Authorization: Bearer {key}' \\
    -H 'Content-Type: application/json' \\
    -d '{body}'

Ctrl-C stops it. The next start keeps what was decided; make demo RESET=1 starts over.
"""
