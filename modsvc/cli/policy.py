"""`modsvc policy`: what is held and what is rejected."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from modsvc.cli.opening import open_database, writing
from modsvc.errors import SettingsInvalid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modsvc.config import Settings
    from modsvc.core.replay import Report
    from modsvc.core.screening import Scorer
    from modsvc.services.replay_policy import Outcome, Setting


@click.group()
def policy() -> None:
    """What is held and what is rejected."""


@policy.command("check")
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Say whether a policy can be used, and if not, where and why not."""
    from modsvc.app import open_policy
    from modsvc.config import Settings

    read = open_policy(Settings(policy=file))
    click.echo(f"{file} is good; its version is {read.version}")


@policy.command("show")
@click.option("--site", "site_id", required=True, metavar="ID")
@click.option(
    "--version",
    "number",
    type=click.IntRange(0, 2**31 - 1),
    help="Its number, 0 being the installation's; the one in force if left out.",
)
def show(site_id: str, number: int | None) -> None:
    """Print a site's policy."""
    from modsvc.app import open_policy
    from modsvc.config import Settings
    from modsvc.store import policies

    with open_database().read() as db:
        in_force = policies.standing(db, site_id).policy
        chosen = in_force if number is None else number
        if chosen:
            click.echo(policies.get(db, site_id, chosen).document, nl=False)
        else:
            click.echo(open_policy(Settings.from_environment()).document, nl=False)


@policy.command("history")
@click.option("--site", "site_id", required=True, metavar="ID")
def history(site_id: str) -> None:
    """List the versions of a site's policy, newest first."""
    from modsvc.store import policies

    with open_database().read() as db:
        standing = policies.standing(db, site_id)
        for saved in policies.history(db, site_id, 1_000):
            marks = {standing.policy: " in force", standing.shadow: " shadow"}
            by = saved.author or "the command line"
            click.echo(
                f"{saved.number}\t{saved.version}\t{saved.saved_at:%Y-%m-%d %H:%M}\t{by}\t"
                f"{saved.note}{marks.get(saved.number, '')}"
            )


@policy.command("save")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--site", "site_id", required=True, metavar="ID")
@click.option("--note", default="", help="Why; others read it in the list of versions.")
@click.option("--shadow", is_flag=True, help="Only let it look on, and record what it would do.")
def save(file: Path, site_id: str, note: str, *, shadow: bool) -> None:
    """Give a site a policy of its own, in force from the next comment on."""
    from datetime import UTC, datetime

    from modsvc.app import open_policy
    from modsvc.config import Settings
    from modsvc.services import save_policy

    read = open_policy(Settings(policy=file))
    with writing() as db:
        number = save_policy.save(
            db,
            site_id,
            read,
            note=note,
            author=None,
            now=datetime.now(UTC),
            shadow=shadow,
        )
    what = "looks on" if shadow else "is in force"
    click.echo(f"{file} {what} at {site_id} as version {number} ({read.version})")


@policy.command("replay")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--site", "site_id", required=True, metavar="ID")
@click.option(
    "--newest", type=click.IntRange(1, 2**31 - 1), help="Only so many comments; all if left out."
)
@click.option("--processes", type=click.IntRange(1), help="As many as there are cores if left out.")
@click.option("--recorded", is_flag=True, help="Try on each comment the policy that judged it.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def replay(
    file: Path | None,
    site_id: str,
    newest: int | None,
    processes: int | None,
    *,
    recorded: bool,
    as_json: bool,
) -> None:
    """Say what a policy would have done to the comments that a site has sent.

    Nothing is changed. With --recorded no FILE is named: every decision must come out as it is, and
    the exit status is 1 where one does not.
    """
    from modsvc.app import open_policy
    from modsvc.config import Settings
    from modsvc.core.replay import Report
    from modsvc.services.replay_policy import Setting
    from modsvc.store import policies

    if recorded == (file is not None):
        raise SettingsInvalid("name a policy's file, or say --recorded")
    settings = Settings.from_environment()
    document = open_policy(Settings(policy=file)).document if file is not None else None
    database = open_database()
    with database.read() as db:
        policies.standing(db, site_id)
    database.close()
    setting = Setting(
        database_url=settings.database_url,
        site=site_id,
        document=document,
        default=open_policy(settings).document,
        open_scorer=partial(_open_scorer, settings),
        newest=newest,
    )
    report, differing, unknown = Report(), list[str](), 0
    for outcome in _with_progress(setting, processes or os.cpu_count() or 1):
        report.merge(outcome.report)
        differing += outcome.differing
        unknown += outcome.n_unknown
    if recorded:
        _say_recorded(report, differing, unknown)
    elif as_json:
        import orjson

        click.echo(orjson.dumps(report.told(), option=orjson.OPT_INDENT_2).decode())
    else:
        for line in _sentences(report):
            click.echo(line)
    if differing:
        sys.exit(1)


def _open_scorer(settings: Settings) -> Scorer | None:
    """Open what judges; where it cannot, what must be judged anew is told apart."""
    from modsvc.cli.opening import open_scorer
    from modsvc.errors import ModelInvalid

    try:
        return open_scorer(settings)
    except ModelInvalid as error:
        click.echo(f"modsvc: {error}; nothing can be judged anew", err=True)
        return None


def _with_progress(setting: Setting, processes: int) -> Iterator[Outcome]:
    """Replay, on a terminal with a bar that shows how far."""
    from modsvc.services.replay_policy import replay as run

    outcomes = run(setting, processes=processes)
    if not sys.stderr.isatty():
        for _, _, outcome in outcomes:
            yield outcome
        return
    with click.progressbar(length=1, label="replaying", file=sys.stderr) as bar:
        for _, n_all, outcome in outcomes:
            bar.length = n_all
            bar.update(1)
            yield outcome


def _say_recorded(report: Report, differing: list[str], unknown: int) -> None:
    if differing:
        some = ", ".join(differing[:10])
        click.echo(f"{len(differing)} decisions come out otherwise, of the comments {some}")
    else:
        click.echo(f"{report.n_comments} decisions, all as they were taken")
    if unknown:
        click.echo(
            f"{unknown} could not be tried: taken before facts were kept, or by a lost policy"
        )


def _sentences(report: Report) -> Iterator[str]:
    """Say what a report says, for a terminal."""
    told = report.told()
    yield f"{told['comments']} comments, of which {told['changed']} would meet with something else:"
    for change in told["changes"]:
        if change["from"] != change["to"]:
            yield f"  {change['comments']:>8}  {change['from']} → {change['to']}"
    for title, codes in (("stopped anew by", told["gained"]), ("no longer by", told["lost"])):
        if codes:
            yield f"{title}:"
            for code, count in codes.items():
                yield f"  {count:>8}  {code}"
    said = told["moderators"]
    yield (
        f"Moderators decided on {said['decisions']}; the policy then contradicts "
        f"{said['contradicted_then']} of these, this one {said['contradicted_now']}."
    )
    if told["queue"]:
        was = max(each["was"] for each in told["queue"])
        would_be = max(each["would_be"] for each in told["queue"])
        yield f"The queue was at most {was} long, and would have been {would_be}."
    for example in told["examples"]:
        codes = ", ".join(example["now"] or example["then"])
        yield f"  {example['from']} → {example['to']}  {example['id']}  ({codes})"
    yield f"{told['asked_again']} were judged anew by the classifier."
    if told["unsure"]:
        yield (
            f"{told['unsure']} would have to be, and the model that judged them is not here: they "
            "are counted by their scores."
        )
