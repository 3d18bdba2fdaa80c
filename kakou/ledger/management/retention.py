"""`kakou ledger retention`."""

from __future__ import annotations

import json

import click
from django.utils.translation import gettext as _

from kakou.kernel.time import now
from kakou.ledger.actions.days import forget
from kakou.ledger.lane.rows import KEEP_DAYS


@click.command()
@click.option("--keep-days", default=KEEP_DAYS, show_default=True, type=click.IntRange(1, 3650))
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def retention(keep_days: int, yes: bool, as_json: bool) -> None:
    """Drop the passages that arrived more than so many days ago. This cannot be undone.

    Whole days are detached and dropped; single rows whose phone had a wrong clock are deleted by the day on which they
    arrived. Their sealed parts live on in backups until the key of their day is destroyed: kakou keys destroy.
    """
    if not yes:
        click.confirm(
            _("Passages older than %(days)d days are dropped for good. Go on?") % {"days": keep_days}, abort=True
        )
    gone = forget(keep_days=keep_days, by=None, at=now())
    click.echo(json.dumps({"forgotten": gone}) if as_json else _("%(count)d passages dropped") % {"count": gone})
