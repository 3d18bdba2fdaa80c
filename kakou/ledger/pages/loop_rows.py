"""Orders as rows: what each is called, where it is, whom or what it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext

from kakou.access.models import Device
from kakou.ledger.pages import frame, matters
from kakou.ledger.queries.labels import Label, labels
from kakou.ledger.queries.matters import About, about
from kakou.workorders.events import KINDS
from kakou.workorders.models import WorkOrder
from kakou.workorders.queries import OpenOrder


@dataclass(frozen=True, slots=True)
class Row:
    """One open loop with its names."""

    open: OpenOrder
    title: str
    place: str
    about: About | None
    label: Label | None
    phone: str = ""
    said: str = ""
    handled: str = ""  # where, if not where it was received


def title_of(kind: str) -> str:
    """The kind in the reader's language; one that nobody registered keeps its code."""
    return gettext(KINDS[kind].title) if kind in KINDS else kind


def rows_of(found: Sequence[OpenOrder]) -> list[Row]:
    """Orders with their names: six queries, however many."""
    orders = [row.order for row in found]
    whom = about(orders)
    called = labels((one.subject, one.subject_kind) for one in whom.values())
    nodes = {node for order in orders for node in (order.node_id, order.first_node_id)}
    names = frame.where_names(nodes | {one.gate for one in whom.values() if one.gate})
    phones = _phones(orders)
    return [_row(one, names, whom.get(one.order.id), called, phones) for one in found]


def _phones(orders: Sequence[WorkOrder]) -> dict[object, str]:
    """The phones that orders are about, by what the facts call them."""
    asked = {order.facts["device"] for order in orders if "device" in order.facts}
    return dict(Device.objects.filter(pk__in=asked).values_list("pk", "name")) if asked else {}


def _row(
    one: OpenOrder, names: dict[int, str], whom: About | None, called: dict[UUID, Label], phones: dict[object, str]
) -> Row:
    order = one.order
    here = names.get(order.first_node_id, "")  # where it is about, wherever it is handled
    place = names.get(whom.gate, here) if whom and whom.gate else here
    handled = names.get(order.node_id, "") if order.node_id != order.first_node_id else ""
    label = called[whom.subject] if whom else None
    phone = phones.get(order.facts.get("device"), "")
    return Row(one, title_of(order.kind), place, whom, label, phone, matters.said(order), handled)
