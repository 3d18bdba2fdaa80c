"""The drill of a tree that is cut anew: a compound goes to another community while three gates have no network and hold
passages of three days. All arrive, each is seen by whom it concerns, and the figures of each day add up.
"""

import asyncio
import datetime as dt
import json
import random
from collections import Counter

import pytest
from django.conf import settings
from django.db import connection, connections
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from kakou.access.models import Move
from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.ids import id_at
from kakou.kernel.time import now, to_ms
from kakou.ledger.lane.app import Lane
from kakou.ledger.lane.tests.gates import Phone, batch, connect_to_test_database, post
from kakou.ledger.models import Passage
from kakou.ledger.queries.units import units_by_day
from kakou.places.models import Entrance, Recut, Unit
from kakou.places.recut import move_unit, undo
from kakou.vault.keys import KeyStore
from tests.cast import enrol

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
DAY = dt.timedelta(days=1)
WHY = "区划调整"
OF_A_BATCH = 200
DRILL = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}
SEEDS = given(seed=st.integers(0, 2**32), moved_after=st.floats(0.05, 0.95), told_before=st.floats(0, 0.9))


@pytest.fixture
def places(tree):
    with acting_as_system():
        kinds = {"street": "street", "east": "community_urban", "west": "community_urban", "garden": "compound",
                 "orchard": "compound"}  # fmt: skip
        units = {n: Unit.objects.create(node=getattr(tree, n), kind=kind, name=n) for n, kind in kinds.items()}
        from kakou.access.actions import add_node

        north = add_node(parent=tree.garden)
        gates = {"south": tree.garden_gate, "north": north, "orchard": tree.orchard_gate}
        for name, node in gates.items():
            unit = units["orchard" if name == "orchard" else "garden"]
            Entrance.objects.create(node=node, unit=unit, name=name, kind="compound_gate")
    return units, gates


class Gates:
    """Three gates without a network: what they recorded, and when they tell it."""

    def __init__(self, phones, seed, count):
        self.dice = random.Random(seed)
        self.end = now()
        self.start = self.end - 3 * DAY
        self.recorded = []  # (id, gate, moment)
        self.outbox = {name: [] for name in phones}
        self.phones = phones
        times = sorted(self.dice.uniform(0, 1) for _ in range(count))
        for part in times:
            at = to_ms(self.start + part * 3 * DAY)
            name = self.dice.choice(list(phones))
            id = id_at(at, self.dice.randbytes(16))
            way = self.dice.choice(["in", "out", "through"])
            self.outbox[name].append(phones[name].item(id=str(id), at=at, direction=way))
            self.recorded.append((id, name, dt.datetime.fromtimestamp(at / 1000, dt.UTC)))

    def tell(self, share):
        """Every gate finds a network and sends this share of what it holds, the oldest first."""
        asyncio.run(self._tell(share))

    async def _tell(self, share):
        lane = Lane()
        await lane.start(connect_to_test_database(), KeyStore.create(settings.KEYS))
        await asyncio.wait_for(lane.devices.loaded.wait(), 10)
        try:
            for name, held in self.outbox.items():
                most = round(len(held) * share)
                some, self.outbox[name] = held[:most], held[most:]
                for first in range(0, len(some), OF_A_BATCH):
                    status, _, answer = await post(
                        lane, self.phones[name].token, batch(some[first : first + OF_A_BATCH])
                    )
                    assert status == 200
                    assert {item["result"] for item in answer["items"]} == {"stored"}
        finally:
            await lane.stop()

    def told(self):
        """Of what was recorded, what the gates hold no more."""
        held = {json.loads(item)["id"] for items in self.outbox.values() for item in items}
        return [row for row in self.recorded if str(row[0]) not in held]


def seen_by(staff):
    """Ids of passages behind both walls, and behind the second alone."""
    with acting_as(staff):
        first = set(Passage.objects.values_list("id", flat=True))
        with connection.cursor() as cursor:
            cursor.execute("select id from ledger_passage")
            second = {id for (id,) in cursor.fetchall()}
    assert first == second
    return first


def days_of(gates):
    midnight = gates.start.replace(hour=0, minute=0, second=0, microsecond=0)
    return [(midnight + n * DAY, midnight + (n + 1) * DAY) for n in range(5)]


def figures(node, days):
    rows = units_by_day(node, (), days)
    return {row.node: [flow.crossed for flow in row.flows] for row in rows}


def counted(rows, days):
    """Community → passages of each day, of rows (community, moment)."""
    found = Counter((where, next(n for n, (a, b) in enumerate(days) if a <= at < b)) for where, at in rows)
    return {where: [found[where, n] for n in range(len(days))] for where in {where for where, _ in found}}


def emptied():
    with connections["owner"].cursor() as cursor:
        cursor.execute("truncate ledger_passage, ledger_quarantined, ledger_stray, places_recut, access_move cascade")


def drill(tree, cast, places, seed, moved_after, told_before, count):
    emptied()
    units, nodes = places
    phones = {name: Phone(enrol(cast.administrator, node)[1], seed) for name, node in nodes.items()}
    gates = Gates(phones, seed, count)
    cut = gates.start + moved_after * 3 * DAY
    gates.tell(told_before)
    ids = {name: {id for id, gate, _ in gates.told() if gate == name} for name in nodes}
    assert seen_by(cast.secretary) == ids["south"] | ids["north"]
    assert seen_by(cast.neighbour) == ids["orchard"]

    with acting_as(cast.administrator):
        made = move_unit(units["garden"], parent=units["west"], reason=WHY, by=cast.administrator, at=cut)
    assert seen_by(cast.secretary) == set()
    assert seen_by(cast.neighbour) == {id for name in nodes for id in ids[name]}

    gates.tell(1)  # what they recorded before and after, none of them knows of the cut
    everything = {id for id, *_ in gates.recorded}
    with acting_as_system():
        assert sorted(Passage.objects.values_list("id", flat=True)) == sorted(everything)
    with connections["owner"].cursor() as cursor:
        cursor.execute("select count(*) from ledger_quarantined")
        assert cursor.fetchone() == (0,)
    assert seen_by(cast.secretary) == set()
    assert seen_by(cast.neighbour) == everything
    check_figures(tree, gates, lambda gate, at: tree.west.pk if gate == "orchard" or at >= cut else tree.east.pk)

    with acting_as(cast.administrator):
        undo(made, reason=WHY, by=cast.administrator, at=gates.end)
    assert seen_by(cast.secretary) == {id for id, gate, _ in gates.recorded if gate != "orchard"}
    assert seen_by(cast.neighbour) == {id for id, gate, _ in gates.recorded if gate == "orchard"}
    check_figures(tree, gates, lambda gate, at: tree.west.pk if gate == "orchard" or at >= cut else tree.east.pk)


def check_figures(tree, gates, community):
    """The street's rows are those of the communities, day by day by the tree of the moment; each community's own page
    says what its row at the street says; and all of them are what was recorded."""
    days = days_of(gates)
    told = figures(tree.street.pk, days)
    assert told == counted([(community(gate, at), at) for _, gate, at in gates.recorded], days)
    for node in (tree.east.pk, tree.west.pk):
        own = figures(node, days).values()
        assert [sum(day) for day in zip(*own, strict=True)] == told.get(node, [])
    recorded = counted([(0, at) for *_, at in gates.recorded], days)[0]
    assert [sum(day) for day in zip(*told.values(), strict=True)] == recorded


@bounds(max_examples=2, **DRILL)
@SEEDS
def test_nothing_is_lost_and_nothing_is_counted_twice(tree, cast, places, seed, moved_after, told_before):
    drill(tree, cast, places, seed, moved_after, told_before, 150)


@pytest.mark.chaos
@bounds(max_examples=10, **DRILL)
@SEEDS
def test_two_thousand_passages_of_three_gates(tree, cast, places, seed, moved_after, told_before):
    drill(tree, cast, places, seed, moved_after, told_before, 2000)


def test_a_cut_is_kept_with_what_it_moved(tree, cast, places):
    units, _ = places
    with acting_as(cast.administrator):
        made = move_unit(units["garden"], parent=units["west"], reason=WHY, by=cast.administrator, at=now())
    with acting_as(cast.neighbour):
        assert Recut.objects.get().pk == made.pk
    assert list(Move.objects.values_list("node", "was", "now")) == [(tree.garden.pk, tree.east.pk, tree.west.pk)]
