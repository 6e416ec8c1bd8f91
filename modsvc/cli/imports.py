"""`modsvc import`: what a site brings along from another comment system."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from modsvc.cli.admin import now
from modsvc.errors import ExportInvalid, NotFound

if TYPE_CHECKING:
    from modsvc.core.past import Past
    from modsvc.exports import Beside, Found
    from modsvc.services.import_comments import Imported

FORMATS = ("wordpress", "disqus", "coral", "jsonl")
BATCH = 256
ACTIONS = ("approve", "hold", "reject")


@click.command("import")
@click.argument("system", type=click.Choice(FORMATS), metavar="SYSTEM")
@click.argument("file", type=click.File("rb"))
@click.option("--site", "site_id", required=True, metavar="ID")
@click.option(
    "--open-cases", is_flag=True, help="What is still held there waits in the queue here."
)
@click.option("--encoder", type=click.Choice(("all", "off")), help="As in modsvc score.")
@click.option("--dry-run", is_flag=True, help="Read and judge, and store nothing.")
def import_comments(
    system: str,
    file: BinaryIO,
    site_id: str,
    encoder: str | None,
    *,
    open_cases: bool,
    dry_run: bool,
) -> None:
    """Take in comments and what became of them, from SYSTEM's export in FILE.

    SYSTEM is wordpress, disqus, coral or jsonl (JSON lines: a comment as sites send it, with a
    `status`: approved, held, rejected or spam). Each is scored, so it takes as long as `modsvc
    score`; what the policy would have decided stands beside what was. Nothing is sent to anybody.
    To do it again is safe: what is known already is left as it is. What cannot be read is named,
    and the exit status is then 1.
    """
    from modsvc.cli.score import with_progress
    from modsvc.exports import READERS

    take = _taker(site_id, system, encoder, dry_run=dry_run)
    # XML may be one long line.
    lines = with_progress(file, "importing", pieces=system in ("wordpress", "disqus"))
    tally = Tally(leave_held=not open_cases)
    found = READERS[system](lines, _beside(file))
    is_last, damage = False, None
    try:
        while not is_last:
            batch, is_last, damage = _next(tally.pasts(found))
            tally.count(batch, take(batch))
    finally:
        click.echo(tally.report(dry_run=dry_run))
    if damage is not None:
        raise ExportInvalid(f"{file.name}: {damage}; what comes before it was read")
    if tally.unreadable:
        sys.exit(1)


def _next(pasts: Iterator[Past]) -> tuple[list[Past], bool, ExportInvalid | None]:
    """Give up to BATCH of them, whether they are the last, and what broke the file off."""
    batch: list[Past] = []
    try:
        batch.extend(islice(pasts, BATCH))
    except ExportInvalid as error:
        return batch, True, error
    return batch, len(batch) < BATCH, None


class Tally:
    """Counts what was found in an export and what came of it, and names what cannot be read."""

    def __init__(self, *, leave_held: bool) -> None:
        self._leave_held = leave_held
        self.unreadable = 0
        self._done: Counter[str] = Counter()
        self._left_out: Counter[str] = Counter()
        self._judged: Counter[tuple[str, str]] = Counter()

    def pasts(self, found: Iterator[Found]) -> Iterator[Past]:
        """Yield what is to be taken in."""
        from modsvc.exports import LeftOut, Unreadable

        for each in found:
            if isinstance(each, Unreadable):
                self.unreadable += 1
                click.echo(f"{each.where}: {each.why}", err=True)
            elif isinstance(each, LeftOut):
                self._left_out[each.what] += 1
            elif each.outcome == "held" and self._leave_held:
                self._left_out["comments that are held there (--open-cases takes them in)"] += 1
            else:
                yield each

    def count(self, batch: list[Past], done: list[Imported]) -> None:
        """Count what came of a batch."""
        for past, each in zip(batch, done, strict=True):
            self._done[each.what] += 1
            self._judged[past.outcome, each.judged.word] += 1

    def report(self, *, dry_run: bool) -> str:
        """Say what was found, and what our policy would have decided."""
        named = {"added": "taken in", "changed": "changed since", "known": "known already"}
        said = [f"{words}: {self._done[what]:,}" for what, words in named.items()]
        lines = [f"read: {sum(self._done.values()):,}" if dry_run else ", ".join(said)]
        if self._done["clashed"]:
            lines.append(
                f"left alone, since another system's have their ids: {self._done['clashed']:,}"
            )
        lines += [f"left out, {what}: {n:,}" for what, n in sorted(self._left_out.items())]
        if self.unreadable:
            lines.append(f"could not be read: {self.unreadable:,}")
        return "\n".join([*lines, *self._comparison()])

    def _comparison(self) -> Iterator[str]:
        outcomes = sorted({outcome for outcome, _ in self._judged})
        if outcomes:
            yield f"\n{'there':<10}{'comments':>10}  {'here':>8}" + "".join(
                f"{action:>10}" for action in ACTIONS
            )
        for outcome in outcomes:
            counts = [self._judged[outcome, action] for action in ACTIONS]
            shares = "".join(f"{count / sum(counts):10.1%}" for count in counts)
            yield f"{outcome:<10}{sum(counts):>10,}{'':10}{shares}"


def _taker(
    site_id: str, system: str, encoder: str | None, *, dry_run: bool
) -> Callable[[list[Past]], list[Imported]]:
    """Open what judges and what stores, and give what takes in a batch."""
    from modsvc.app import open_policy
    from modsvc.cli.opening import open_database, open_scorer
    from modsvc.config import Settings
    from modsvc.core.screening import screen_many
    from modsvc.exports import NAMES
    from modsvc.services.import_comments import ImportComments, Imported
    from modsvc.services.policies import Policies
    from modsvc.store import sites

    settings = Settings.from_environment()
    policy, scorer = open_policy(settings), open_scorer(settings, encoder)
    if dry_run:

        def only_judge(batch: list[Past]) -> list[Imported]:
            judged = screen_many(
                [past.comment for past in batch], scorer=scorer, policy=policy, explain=False
            )
            return [Imported("read", each.action) for each in judged]

        return only_judge
    database = open_database()
    with database.read() as db:
        if sites.get_site(db, site_id) is None:
            raise NotFound(f"there is no site {site_id!r}; add it first: modsvc site add {site_id}")
    policies = Policies(db=database, default=policy)
    return partial(
        ImportComments(scorer=scorer, policies=policies, db=database, now=now),
        site_id,
        NAMES[system],
    )


def _beside(file: BinaryIO) -> Beside:
    """Give what opens other files of the export, which lie in the same folder."""

    def lines(name: str) -> Iterator[bytes]:
        path = Path(file.name).with_name(f"{name}.json")
        if file.name != "<stdin>" and path.is_file():
            with path.open("rb") as other:
                yield from other

    return lines
