"""Goods vehicles: who is expected, where each stands, who may drive it in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from kakou import vault
from kakou.access.models import Closure
from kakou.access.rules import Permission
from kakou.access.scope import acting_for
from kakou.deliveries.models import TABLE, Delivery, DeliveryStep
from kakou.deliveries.rules import (
    ENDS,
    INSIDE,
    LICENCE,
    Body,
    Goods,
    State,
    ToldOfDelivery,
    read_delivery,
    stays_too_long,
    steps_from,
)
from kakou.kernel.errors import NotFound
from kakou.ledger.models import Stay
from kakou.ledger.queries.trail import stays_of
from kakou.people import queries as people
from kakou.people.models import Person
from kakou.places.queries import nodes_below
from kakou.skills.queries.licences import Candidate, area_of, candidates
from kakou.vault.keys import KeyDestroyed
from kakou.vault.rules import Kind, mask
from kakou.vault.sealing import unseal

SLACK = dt.timedelta(hours=12)  # a stay so long before the first step, or after the last one, may be of another visit


@dataclass(frozen=True, slots=True)
class Seen:
    """A delivery as anybody allowed on the page may see it: plate and telephone masked, "" what was destroyed."""

    row: Delivery
    plate: str
    phone: str

    @property
    def state(self) -> State:
        """Where it stands."""
        return State(self.row.state)

    @property
    def body(self) -> Body:
        """What kind of vehicle."""
        return Body(self.row.body)

    @property
    def goods(self) -> Goods:
        """What it brings."""
        return Goods(self.row.goods)

    @property
    def next_ones(self) -> list[State]:
        """Which steps may follow."""
        return steps_from(self.state)

    def late(self, at: dt.datetime) -> bool:
        """Should the next step have followed?"""
        return stays_too_long(self.state, since=self.row.since_at, now=at)


def delivery_at(id: UUID) -> Delivery:
    """One delivery. Raises NotFound, also outside the reader's scope."""
    found = Delivery.objects.select_related("announced_by").filter(pk=id).first()
    if found is None:
        raise NotFound("There is no such delivery here.")
    return found


def going_on(*, node: int | None, today: dt.date) -> QuerySet[Delivery]:
    """What is at the gate or inside, whatever its day, and what is announced for today or later, at `node` and below:
    the vehicles that are here first, then by day."""
    found = _at(node).exclude(state__in=ENDS).filter(~Q(state=State.ANNOUNCED) | Q(expected_on__gte=today))
    return found.order_by("expected_on", "announced_at", "pk")


def over(*, node: int | None, today: dt.date) -> QuerySet[Delivery]:
    """What has ended, and what was announced and did not come; the latest first."""
    found = _at(node).filter(Q(state__in=ENDS) | Q(state=State.ANNOUNCED, expected_on__lt=today))
    return found.order_by("-since_at", "-pk")


def _at(node: int | None) -> QuerySet[Delivery]:
    found = Delivery.objects.all()
    if node is None:
        return found
    below = Closure.objects.filter(ancestor_id=node).values("descendant_id")
    return found.filter(Q(node_id__in=below) | Q(gate_id__in=below))


def seen(rows: Sequence[Delivery]) -> list[Seen]:
    """As pages show them, in their order."""
    return [_seen(row) for row in rows]


def _seen(row: Delivery) -> Seen:
    told = told_of(row)
    return Seen(row, mask(Kind.PLATE, told.plate), mask(Kind.PHONE, told.phone)) if told else Seen(row, "", "")


def told_of(row: Delivery) -> ToldOfDelivery | None:
    """What was sealed; None when its key was destroyed. To be shown masked only."""
    try:
        return read_delivery(unseal(vault.store(), table=TABLE, row=row.pk, field="sealed", sealed=bytes(row.sealed)))
    except KeyDestroyed:
        return None


def steps_of(row: Delivery) -> list[tuple[DeliveryStep, str]]:
    """Each step with the masked name of whoever drove; the first first."""
    steps = list(DeliveryStep.objects.select_related("by").filter(delivery=row).order_by("at", "id"))
    names = escort_names({step.escort_id for step in steps if step.escort_id}, row)
    return [(step, names.get(step.escort_id, "") if step.escort_id else "") for step in steps]


def escort_names(persons: Collection[UUID], row: Delivery) -> dict[UUID, str]:
    """Person → masked name, of those who may escort at that gate: whoever stands there is told who drives."""
    with _around(row):
        return {one.pk: people.shown(one).name for one in Person.objects.filter(pk__in=persons)}


def escorts(row: Delivery, *, at: dt.datetime) -> list[Candidate]:
    """Who in the community around the gate has a licence for that vehicle, and what speaks against each."""
    with _around(row):
        return candidates(LICENCE[Body(row.body)], node=row.gate_id, at=at)


def _around(row: Delivery):  # type: ignore[no-untyped-def]
    nodes = frozenset(nodes_below(area_of(row.gate_id)))
    return acting_for({Permission.SEE_PEOPLE: nodes, Permission.SEE_PLACES: nodes})


def stay_of(row: Delivery, steps: Sequence[DeliveryStep]) -> Stay | None:
    """The stay of that vehicle that the ledger has, within the reader's scope; None before a gate recorded it."""
    if not steps:
        return None
    since, until = steps[0].at - SLACK, steps[-1].at + SLACK
    mine = [stay for stay in stays_of(row.subject) if since <= stay.since_at <= until]
    return mine[0] if mine else None


def driving(persons: Collection[UUID]) -> set[UUID]:
    """Who of these drives a goods vehicle now, within the present scope."""
    found = Delivery.objects.filter(escort__in=persons, state__in=INSIDE).values_list("escort_id", flat=True)
    return {person for person in found if person is not None}
