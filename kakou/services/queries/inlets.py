"""Ways in, within the reader's scope. What one is known by is opened for hearing and looking in only: no page shows
it."""

from __future__ import annotations

import json

from django.db.models import QuerySet

from kakou import vault
from kakou.access.models import Closure
from kakou.kernel.errors import NotFound
from kakou.services.models import INLETS, Inlet
from kakou.services.rules.stuck import Stuck
from kakou.vault.sealing import unseal

SHOWN = ("host", "port", "folder")  # of a mailbox; the account is somebody's name


def inlets_below(node: int | None) -> QuerySet[Inlet]:
    """Those at `node` and below, or all within scope, by name."""
    found = Inlet.objects.order_by("node_id", "name", "id")
    if node is not None:
        found = found.filter(node_id__in=Closure.objects.filter(ancestor_id=node).values("descendant_id"))
    return found


def inlet_at(id: int) -> Inlet:
    """One within scope. Raises NotFound: missing and forbidden look the same."""
    found = Inlet.objects.filter(pk=id).first()
    if found is None:
        raise NotFound("There is no such way in, or it is not at one of your places.")
    return found


def known_of(inlet: Inlet) -> dict[str, str]:
    """What it is known by."""
    plain = unseal(vault.store(), table=INLETS, row=inlet.row, field="known", sealed=bytes(inlet.known_sealed))
    known: dict[str, str] = json.loads(plain)
    return known


def put_aside(inlet: Inlet) -> int:
    """How many mails lie unread in the mailbox, because its server does not hand them out."""
    return Stuck.of(inlet.stuck).put_aside


def told_of(inlet: Inlet) -> dict[str, str]:
    """What of it is no secret."""
    return {part: text for part, text in known_of(inlet).items() if part in SHOWN}
