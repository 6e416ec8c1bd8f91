"""`modsvc model verify` and `audit verify`: is what we rely on as it should be?"""

from __future__ import annotations

import click


@click.group()
def model() -> None:
    """The classifier's files."""


@model.command("verify")
def verify_model() -> None:
    """Check the digests of the model's stages, and say which of them judge."""
    from modsvc.app import open_model
    from modsvc.classifier.stages import open_both
    from modsvc.config import ALL, LATE, OFF, Settings
    from modsvc.errors import EncoderUnavailable

    settings = Settings.from_environment()
    linear = open_model(settings)
    click.echo(f"the model {linear.version} is as it was made; labels: {', '.join(linear.labels)}")
    try:
        both = open_both(linear)
    except EncoderUnavailable as error:
        if settings.encoder in (ALL, LATE):
            raise
        click.echo(f"stage one judges alone: {error}")
    else:
        unless = "; MODSVC_ENCODER=off keeps it from judging" if settings.encoder == OFF else ""
        click.echo(f"with the encoder it is {both.version}, as it was made{unless}")


@click.group()
def audit() -> None:
    """The log of decisions."""


@audit.command("verify")
@click.option("--site", "site_id", metavar="ID", help="One site; all if left out.")
def verify_audit(site_id: str | None) -> None:
    """Check that no decision was changed, cut or moved since it was written."""
    from modsvc.cli.opening import open_database
    from modsvc.services.verify_log import verify_log
    from modsvc.store import sites

    database = open_database()
    with database.read() as db:
        ids = [site_id] if site_id else [each.id for each in sites.list_sites(db)]
    for each in ids:
        count = verify_log(database, each)
        click.echo(f"{each}: {count} decisions, all as they were written")
