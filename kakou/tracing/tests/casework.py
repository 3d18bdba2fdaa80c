"""What tests of case work share: a market and a compound with a gate each, people of the register, who works there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

import pytest

from kakou.access.models import Staff
from kakou.access.rules import Role
from kakou.access.scope import acting_as, acting_as_system
from kakou.ledger.stays import Direction
from kakou.ledger.tests.gatework import Crossing, fold_all, upload
from kakou.people.actions import NewPerson, add_person
from kakou.people.rules import Category, Facts
from kakou.tracing.actions.cases import CaseFacts, open_case
from kakou.tracing.actions.outbreaks import open_outbreak
from kakou.tracing.models import Involved, Outbreak
from kakou.tracing.rules.standing import CaseState
from tests.cast import Tree, staff

NOON = dt.datetime(2021, 8, 10, 4, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
NOW = NOON + 30 * HOUR
IN, OUT = Direction.IN, Direction.OUT


@dataclass(frozen=True)
class Quarter:
    """The east with a market (a public place) and a compound, the west with an orchard; `ann` falls ill."""

    tree: Tree
    market: int
    market_gate: int
    investigator: Staff
    colleague: Staff
    commander: Staff
    worker: Staff
    neighbour: Staff
    ann: UUID
    ben: UUID
    cai: UUID
    dan: UUID

    def visit(self, who: UUID, begin: float, end: float | None, gate: int | None = None) -> list[Crossing]:
        """A visit to the market (or through another gate), hours after noon of the tenth."""
        gate = gate or self.market_gate
        crossings = [Crossing(who, gate, IN, NOON + begin * HOUR)]
        if end is not None:
            crossings.append(Crossing(who, gate, OUT, NOON + end * HOUR))
        return crossings


@pytest.fixture
def quarter(as_worker: None, tree: Tree) -> Quarter:
    """See the class. `dan` lives in the west, all others in the east."""
    from kakou.access.actions import add_node
    from kakou.places.models import Entrance, Unit

    with acting_as_system():
        market, market_gate = (node := add_node(parent=tree.east)), add_node(parent=node)
        kinds = [
            (tree.street, "street", "睢城街道"), (tree.east, "community_urban", "东城社区"),
            (tree.garden, "compound", "阳光小区"), (tree.west, "community_rural", "西郊社区"),
            (tree.orchard, "urban_village", "果园村"), (market, "place", "东城菜场"),
        ]  # fmt: skip
        units = {node.pk: Unit.objects.create(node=node, kind=kind, name=name) for node, kind, name in kinds}
        for node, unit, name in (
            (tree.garden_gate, tree.garden, "南门"), (tree.orchard_gate, tree.orchard, "村口"),
            (market_gate, market, "正门"),
        ):  # fmt: skip
            Entrance.objects.create(node=node, unit=units[unit.pk], name=name, kind="compound_gate")
        people = [
            register(home.pk, name, document)
            for home, name, document in (
                (tree.garden, "王安", "11010519491231002X"), (tree.garden, "李本", "110105199003078027"),
                (tree.garden, "蔡成", "110105198511234570"), (tree.orchard, "丁当", "11010519780312001X"),
            )
        ]  # fmt: skip
    return Quarter(
        tree, market.pk, market_gate.pk,
        staff("investigator", Role.INVESTIGATOR, tree.east), staff("colleague", Role.INVESTIGATOR, tree.street),
        staff("commander", Role.COMMANDER, tree.street), staff("worker", Role.COMMUNITY_WORKER, tree.east),
        staff("neighbour", Role.COMMUNITY_SECRETARY, tree.west), *people,
    )  # fmt: skip


def register(home: int, name: str, document: str = "", phone: str = "13800138001") -> UUID:
    """Somebody who lives there."""
    facts = Facts(name=name, document=("10", document) if document else None, phone=phone)
    return add_person(NewPerson(home, facts, Category.RESIDENT_REGISTERED), by=None, at=NOON - 30 * DAY).pk


def passed(*visits: list[Crossing], at: dt.datetime = NOW) -> None:
    """The gates record it, and the fold makes stays of it."""
    upload(*(crossing for visit in visits for crossing in visit))
    fold_all(at)


def begun(quarter: Quarter, *, plan: str = "cn-8", by: Staff | None = None) -> tuple[Outbreak, Involved]:
    """An outbreak of the street (or of the asker's own part), and its first case: Ann, ill since the tenth."""
    by = by or quarter.investigator
    with acting_as(by):
        found = open_outbreak(node=quarter.tree.east.pk, title="2021 八月 东城", plan=plan, by=by, at=NOW)
        facts = CaseFacts(
            CaseState.CONFIRMED, onset_on=NOON.date(), positive_at=NOON + 24 * HOUR, isolated_at=NOON + 26 * HOUR
        )
        case = open_case(found, quarter.ann, facts, node=quarter.tree.garden.pk, by=by, at=NOW)
    return found, case
