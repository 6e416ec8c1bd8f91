"""`modsvc learn`: how likely a site is to reject a comment, from what became of its others."""

from __future__ import annotations

import click

from modsvc.cli.admin import now
from modsvc.cli.opening import open_database


@click.command("learn")
@click.option("--site", "site_id", required=True, metavar="ID")
def learn_site(site_id: str) -> None:
    """Learn now from what became of a site's comments, as `serve` does when there is enough new.

    What is learned answers Perspective's LIKELY_TO_REJECT.
    """
    from modsvc.app import open_model
    from modsvc.config import Settings
    from modsvc.services.learn_decisions import (
        MAX_LABELS,
        MIN_AUC,
        MIN_OF_EACH,
        MIN_OTHERS,
        LearnDecisions,
    )
    from modsvc.store.writer import Writer

    lexicon = open_model(Settings.from_environment()).lexicon
    database = open_database()
    writer = Writer(database)
    try:
        service = LearnDecisions(db=database, writer=writer, lexicon=lexicon, now=now)
        labels, learned = service.learn(site_id)
    finally:
        writer.close()
        database.close()
    click.echo(
        f"of the newest {MAX_LABELS:,} comments of which something became, "
        f"{labels.rejected:,} were rejected and {labels.approved:,} approved; "
        f"the policy decided {labels.by_policy:,}"
    )
    if learned is None:
        click.echo(f"not enough: {MIN_OF_EACH} of each are needed, {MIN_OTHERS} not by the policy")
        return
    said = "LIKELY_TO_REJECT is answered" if learned.auc >= MIN_AUC else "too little to be answered"
    click.echo(f"learned; of comments it had not seen it told {learned.auc:.3f} (AUC): {said}")
