"""Visits that were announced: who is expected where, whether he came, and the one that a code names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from kakou import vault
from kakou.access.rules import Permission
from kakou.access.scope import acting_for
from kakou.kernel.ids import floor_of
from kakou.ledger.models import ExpectedVisit
from kakou.ledger.rules import Clock, Direction, Purpose, SubjectKind
from kakou.ledger.visits import OF_A_VISIT, Number, Told, VisitState, read_code, read_told, state_of
from kakou.people.queries import canonical
from kakou.vault.keys import KeyDestroyed
from kakou.vault.rules import Kind, mask
from kakou.vault.sealing import unseal

TABLE, SEALED = "ledger_expectedvisit", "sealed"
MARGIN = dt.timedelta(hours=2)  # so much earlier or later than announced he is still the one who was expected
DAY = dt.timedelta(days=1)
_GATES = "select parent_id from access_node where id in (select node_id from places_entrance where node_id = any(%s))"
_BELOW = "select distinct descendant_id from access_closure where ancestor_id = any(%s)"
_CAME = f"""select v.id, min(p.happened_at)
  from unnest(%s::uuid[], %s::uuid[], %s::int[], %s::timestamptz[], %s::timestamptz[])
    as v(id, subject, node, since, until)
  join access_closure c on c.ancestor_id = v.node
  join ledger_passage p on p.node_id = c.descendant_id and p.subject = v.subject
    and p.happened_at between v.since and v.until
  where p.crossed and p.direction <> {Direction.OUT:d} and p.clock & {Clock.SCANNED:d} = 0 and p.id >= %s
  group by v.id"""  # noqa: S608 - numbers of ours


@dataclass(frozen=True, slots=True)
class Seen:
    """A visit as anybody allowed on the page may see it: who comes is masked. "" what was destroyed."""

    row: ExpectedVisit
    state: VisitState
    came: dt.datetime | None
    name: str
    number: str
    door: str

    @property
    def purpose(self) -> Purpose:
        """What for."""
        return Purpose(self.row.purpose)


def told_of(visit: ExpectedVisit) -> Told | None:
    """What was sealed; None when its key was destroyed. To be shown masked only."""
    try:
        return read_told(unseal(vault.store(), table=TABLE, row=visit.pk, field=SEALED, sealed=bytes(visit.sealed)))
    except KeyDestroyed:
        return None


def number_of(visit: ExpectedVisit, told: Told) -> Number:
    """Who comes, as compared."""
    return Number(SubjectKind(visit.subject_kind), told.number)


def units_of_gates(nodes: Collection[int]) -> frozenset[int]:
    """`nodes`, and the units into which entrances among them lead: whoever stands at a gate is told whom its unit
    expects, though the unit itself is not his to see."""
    with connection.cursor() as cursor:
        cursor.execute(_GATES, [[*nodes]])
        return frozenset(nodes) | {node for (node,) in cursor.fetchall() if node is not None}


def expected_at(nodes: Collection[int], since: dt.datetime, until: dt.datetime) -> list[ExpectedVisit]:
    """Visits at `nodes`, which must be in scope, whose window touches that time; by when they begin."""
    rows = ExpectedVisit.objects.filter(node_id__in=nodes, starts_at__lt=until, ends_at__gt=since)
    return list(rows.select_related("declined_by").order_by("starts_at", "ends_at", "pk"))


def visit_of(text: str, last_four: str) -> ExpectedVisit | None:
    """The visit of a code, for whoever knows the last four of its number as well; None for anybody else."""
    with connection.cursor() as cursor:
        cursor.execute("select ledger_visit_place_of(%s)", [read_code(text, OF_A_VISIT)])
        (node,) = cursor.fetchone() or (None,)
    if node is None:
        return None
    with acting_for({Permission.SEE_PEOPLE: frozenset({node})}):
        visit = ExpectedVisit.objects.filter(code=read_code(text, OF_A_VISIT)).first()
    told = told_of(visit) if visit else None
    if visit is None or told is None:
        return None
    return visit if number_of(visit, told).last_four == last_four.strip().upper() else None


def seen(visits: Sequence[ExpectedVisit], now: dt.datetime) -> list[Seen]:
    """`visits` as pages show them, in their order."""
    arrivals = came_at(visits)
    return [_seen(visit, arrivals.get(visit.pk), now) for visit in visits]


def _seen(visit: ExpectedVisit, came: dt.datetime | None, now: dt.datetime) -> Seen:
    told = told_of(visit)
    state = state_of(until=visit.ends_at, came=came, withdrawn=visit.withdrawn_at, declined=visit.declined_at, now=now)
    if told is None:
        return Seen(visit, state, came, "", "", "")
    kind = Kind.PHONE if visit.subject_kind == SubjectKind.PERSON else Kind.PLATE
    return Seen(visit, state, came, mask(Kind.NAME, told.name), mask(kind, told.number), told.door)


def came_at(visits: Sequence[ExpectedVisit]) -> dict[UUID, dt.datetime]:
    """Visit → when a phone at a gate of its unit let that number in, for those that came. A scan of a place code is no
    arrival: nobody looked."""
    if not visits:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, [list({visit.node_id for visit in visits})])
        below = frozenset(node for (node,) in cursor.fetchall())
    with acting_for(dict.fromkeys((Permission.SEE_LEDGER, Permission.SEE_PEOPLE), below)):
        known = canonical({visit.subject for visit in visits})
        wanted = [(visit, key) for visit in visits for key in {visit.subject, known.get(visit.subject, visit.subject)}]
        with connection.cursor() as cursor:
            cursor.execute(_CAME, _asked(wanted))
            return dict(cursor.fetchall())


def _asked(wanted: Sequence[tuple[ExpectedVisit, UUID]]) -> list[Any]:
    earliest = min(visit.starts_at for visit, _ in wanted).astimezone(dt.UTC).date() - DAY
    return [
        [visit.pk for visit, _ in wanted],
        [key for _, key in wanted],
        [visit.node_id for visit, _ in wanted],
        [visit.starts_at - MARGIN for visit, _ in wanted],
        [visit.ends_at + MARGIN for visit, _ in wanted],
        floor_of(earliest),
    ]
