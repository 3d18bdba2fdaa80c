"""`kakou ledger stays`."""

from __future__ import annotations

import json
import time

import click
from django.utils.translation import gettext as _

from kakou.kernel.time import now
from kakou.ledger.actions.stays import LandKeeper, fold_new


@click.command()
@click.option("--new", "only_new", is_flag=True, help="Fold only what came since the last time, as the worker does.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def stays(only_new: bool, as_json: bool) -> None:
    """Make all stays again from the passages: who came in and went out, and what is still open.

    Safe at any time, also while gates are sending: it changes only what is wrong, and may be stopped and started again.
    Work orders that no longer have a reason are closed with a step that says why.
    """
    start = time.perf_counter()
    told = _fold_new(as_json) if only_new else _rebuild(as_json)
    seconds = time.perf_counter() - start
    told |= {"seconds": round(seconds, 2), "per_second": round(told["passages"] / seconds)}
    if as_json:
        click.echo(json.dumps(told))
        return
    text = _(
        "%(passages)d passages in %(seconds).1f s (%(per_second)d a second): %(put)d stays written, %(gone)d removed"
    )
    click.echo(text % told)


def _rebuild(quiet: bool) -> dict[str, float]:
    from kakou.ledger.actions.rebuild import count_passages, rebuild

    total = 0 if quiet else count_passages()
    last = 0
    told: dict[str, float] = {"passages": 0, "subjects": 0, "put": 0, "gone": 0}
    with click.progressbar(length=total, label=_("Stays"), hidden=quiet) as bar:
        for done in rebuild(at=now()):
            bar.update(done.passages - last)
            last = done.passages
            told = {"passages": last, "subjects": done.subjects, "put": done.put, "gone": done.gone}
    return told


def _fold_new(quiet: bool) -> dict[str, float]:
    told: dict[str, float] = {"passages": 0, "subjects": 0, "put": 0, "gone": 0}
    keeper = LandKeeper()
    while (done := fold_new(at=now(), keeper=keeper)).more:
        told["passages"] += done.passages
        told["subjects"] += done.subjects
        told["put"] += done.put
        told["gone"] += done.gone
        if not quiet:
            click.echo(_("%(passages)d passages folded") % told, err=True)
    return told
