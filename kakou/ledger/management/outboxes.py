"""`kakou ledger outbox`: what gate phones exported, brought in on the machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
from django.utils.translation import gettext as _

from kakou.kernel.errors import Refusal
from kakou.kernel.time import now

if TYPE_CHECKING:
    from kakou.access.models import Staff

REFUSED = 2


@click.command("outbox")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", required=True, metavar="LOGIN", help="Bring them in as this account, within what it may.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON, a line for each file.")
@click.pass_context
def bring_outboxes(ctx: click.Context, files: tuple[Path, ...], by: str, as_json: bool) -> None:
    """Bring in the outboxes (.kko) that gate phones exported.

    Each file is taken whole or not at all, and what is here already is left as it is. Exit code 2 when one was refused.
    """
    from kakou.ledger.actions.importing import account

    staff, is_wrong = account(by), False
    assert staff is not None
    for file in files:
        facts = _taken(file, staff)
        is_wrong = is_wrong or "refused" in facts
        click.echo(json.dumps(facts, ensure_ascii=False) if as_json else _worded(facts), err="refused" in facts)
    if is_wrong:
        ctx.exit(REFUSED)


def _taken(file: Path, staff: Staff) -> dict[str, object]:
    from kakou.access.scope import acting_as
    from kakou.ledger.actions.outboxes import bring_outbox

    try:
        with acting_as(staff):
            done = bring_outbox(file.read_bytes(), by=staff, at=now())
    except Refusal as refusal:
        return {"file": file.name, "refused": _(refusal.text) % refusal.params}
    return {"file": file.name, "items": done.items, "new": done.new, "present": done.present, "apart": dict(done.apart)}


def _worded(facts: dict[str, object]) -> str:
    if "refused" in facts:
        return f"{facts['file']}: {facts['refused']}"
    apart = facts["apart"]
    assert isinstance(apart, dict)
    figures = {**facts, "apart": sum(apart.values())}
    return _("%(file)s: %(items)d passages, %(new)d new, %(present)d here already, %(apart)d kept apart") % figures
