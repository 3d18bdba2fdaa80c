"""`kakou services`: the keys of programs that report requests by Open311."""

from __future__ import annotations

import click
from django.utils.translation import gettext as _

from kakou.access.scope import acting_as_system
from kakou.kernel.time import now
from kakou.services import actions
from kakou.services.actions.opening import known
from kakou.services.models import ApiKey


@click.group("services")
def group() -> None:
    """Requests of residents and enterprises (速来办)."""


@group.group("key")
def keys() -> None:
    """Who may report requests by program (Open311). A key is shown once; what is kept of it is a hash."""


@keys.command("add")
@click.argument("name")
@click.option(
    "--node", type=int, required=True, help="For which part of the tree it reports (see `kakou places tree`)."
)
def add(name: str, node: int) -> None:
    """Make a key, and print it."""
    with acting_as_system():
        known(node)
        made, token = actions.make_key(name=name, node=node, by=None, at=now())
    click.echo(_("Key %(id)d, shown this once: %(token)s") % {"id": made.pk, "token": token})


@keys.command("end")
@click.argument("key", type=int)
def end(key: int) -> None:
    """Make a key hold no longer."""
    with acting_as_system():
        actions.end_key(key, by=None, at=now())
    click.echo(_("Key %(id)d is ended.") % {"id": key})


@keys.command("list")
def listed() -> None:
    """Every key, with the part of the tree that it reports for."""
    with acting_as_system():
        for key in ApiKey.objects.order_by("id"):
            state = _("no longer in use") if key.ended_at else _("in use")
            click.echo(f"{key.pk}\t{key.node_id}\t{state}\t{key.name}")
