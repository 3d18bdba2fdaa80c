"""The chain as it is read: from the street down to the gate, masked for whoever may not call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from kakou import vault
from kakou.kernel.errors import NotFound
from kakou.places.chain.naming import PHOTOS, TABLE
from kakou.places.chain.rules import Named, needs_somebody
from kakou.places.models import Responsible, SealPicture, Serving, Unit
from kakou.places.queries import tree
from kakou.places.rules import EntranceKind, EntranceState, UnitKind
from kakou.vault.keys import KeyDestroyed
from kakou.vault.rules import mask
from kakou.vault.sealing import unseal


@dataclass(frozen=True, slots=True)
class Link:
    """One place of the chain. `who`: None where nobody answers; `is_gap`: somebody should."""

    node: int
    depth: int
    name: str
    kind: UnitKind | EntranceKind
    who: Named | None
    is_gap: bool


def chain(at: dt.datetime, *, within: Collection[int] | None, may_call: Collection[int]) -> list[Link]:
    """Every unit and entrance of `within` (None: all in scope), a unit's entrances right below it. Names and telephones
    are in plain on nodes of `may_call`, else masked."""
    branches = [b for b in tree(at) if b.unit.merged_into_id is None and (within is None or b.unit.node_id in within)]
    nodes = [node for b in branches for node in (b.unit.node_id, *(e.node_id for e in b.entrances))]
    answers = answering(nodes, may_call=may_call)
    links: list[Link] = []
    for branch in branches:
        unit = branch.unit
        links.append(
            Link(unit.node_id, branch.depth, unit.name, UnitKind(unit.kind), answers.get(unit.node_id),
                 unit.node_id not in answers)
        )  # fmt: skip
        for one in branch.entrances:
            who = answers.get(one.node_id)
            gap = who is None and needs_somebody(EntranceState(one.state))
            if who is not None or gap:
                links.append(Link(one.node_id, branch.depth + 1, one.name, EntranceKind(one.kind), who, gap))
    return links


def answering(nodes: Collection[int], *, may_call: Collection[int]) -> dict[int, Named]:
    """Node → who answers there; whose data was destroyed when it fell due is nobody any more. One query."""
    found: dict[int, Named] = {}
    for row in Responsible.objects.filter(node_id__in=nodes, ended_at=None):
        name, phone = _plain(row, "name"), _plain(row, "phone")
        if name:
            plain = row.node_id in may_call
            found[row.node_id] = Named(
                row.title, name if plain else mask("name", name), phone if plain else mask("phone", phone)
            )
    return found


def gaps(nodes: Collection[int]) -> int:
    """On how many of these nodes nobody answers; opens no name."""
    held = Responsible.objects.filter(node_id__in=nodes, ended_at=None).values_list("node_id", flat=True)
    return len(set(nodes) - set(held))


def _plain(row: Responsible, field: str) -> str:
    sealed = getattr(row, f"{field}_sealed")
    if not sealed:
        return ""
    try:
        return unseal(vault.store(), table=TABLE, row=row.pk, field=field, sealed=bytes(sealed)).decode()
    except KeyDestroyed:
        return ""


@dataclass(frozen=True, slots=True)
class Served:
    """One community that serves a village, as both are called."""

    row: Serving
    community: str
    village: str


def served(nodes: Collection[int] | None = None) -> list[Served]:
    """Which communities serve which villages, of villages or communities on `nodes` or of all in scope."""
    rows = list(Serving.objects.order_by("node_id", "server_id"))
    if nodes is not None:
        rows = [row for row in rows if row.node_id in nodes or row.server_id in nodes]
    names = dict(
        Unit.objects.filter(node_id__in={n for row in rows for n in (row.node_id, row.server_id)}).values_list(
            "node_id", "name"
        )
    )
    return [Served(row, names.get(row.server_id, "—"), names.get(row.node_id, "—")) for row in rows]


def serving_at(id: int) -> Serving:
    """Raises NotFound."""
    found = Serving.objects.filter(pk=id).first()
    if found is None:
        raise NotFound("This place is not known here.")
    return found


def photo_of(node: int) -> SealPicture | None:
    """The photo of the seal there."""
    return SealPicture.objects.filter(node_id=node).first()


def photo_shown(id: UUID) -> tuple[str, bytes]:
    """Media type and file. Raises NotFound, also when it was destroyed."""
    found = SealPicture.objects.filter(pk=id).first()
    if found is None:
        raise NotFound("This picture is not here, or was destroyed when it fell due.")
    try:
        plain = unseal(vault.store(), table=PHOTOS, row=found.pk, field="sealed", sealed=bytes(found.sealed))
    except KeyDestroyed:
        raise NotFound("This picture is not here, or was destroyed when it fell due.") from None
    return found.media_type, plain
