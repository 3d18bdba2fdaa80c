"""`kakou ledger`: passages in, stays made again."""

from __future__ import annotations

import click

from kakou.ledger.management.importing import import_file
from kakou.ledger.management.outboxes import bring_outboxes
from kakou.ledger.management.retention import retention
from kakou.ledger.management.stays import stays


@click.group("ledger")
def group() -> None:
    """The ledger of passages: bring in what other systems recorded, and make the stays again from the passages."""


group.add_command(import_file)
group.add_command(bring_outboxes)
group.add_command(stays)
group.add_command(retention)
