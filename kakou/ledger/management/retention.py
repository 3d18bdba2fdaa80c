"""`kakou ledger retention`."""

from __future__ import annotations

import json

import click
from django.utils.translation import gettext as _

from kakou.kernel.time import now
from kakou.ledger.actions.forgetting import forget_all
from kakou.ledger.lane.rows import KEEP_DAYS


@click.command()
@click.option("--keep-days", default=KEEP_DAYS, show_default=True, type=click.IntRange(1, 3650))
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def retention(keep_days: int, yes: bool, as_json: bool) -> None:
    """Destroy what is more than so many days old, as the server does every night. This cannot be undone.

    Passages go by whole days; single ones whose phone had a wrong clock by the day on which they arrived. With them go
    the stays made of them, items in quarantine, what closed orders say, fevers that ended so long ago and spot audits.
    Announced visits go two weeks after their day, whatever is said here.
    A stay that is still open is kept, and an order asks what became of it; so is a fever that goes on. Sealed parts
    live on in backups until the key of their day is destroyed: kakou keys destroy.
    """
    if not yes:
        click.confirm(
            _("What is older than %(days)d days is destroyed for good. Go on?") % {"days": keep_days}, abort=True
        )
    done = forget_all(keep_days=keep_days, by=None, at=now()).facts()
    words = _(
        "Destroyed: %(passages)d passages, %(stays)d stays, %(quarantined)d items in quarantine, %(steps)d entries of"
        " closed orders, %(fevers)d fevers, %(spot_audits)d spot audits, %(shifts)d shifts of phones,"
        " %(visits)d announced visits. Still open: %(open)d stays."
    )
    click.echo(json.dumps(done) if as_json else words % done)
