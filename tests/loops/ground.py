"""Where a drill day plays: communities, compounds with a gate and a phone each, all of them dated
into the hours before now, so that the worker, which goes by the real clock, finds everything due."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from kakou import vault
from kakou.access.actions import add_node, grant_role
from kakou.access.models import Node, Staff
from kakou.access.rules import Role
from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.time import now
from kakou.ledger.actions.allowances import set_usual
from kakou.ledger.actions.days import make_days
from kakou.ledger.actions.import_rows import store_rows
from kakou.ledger.lane.rows import Row, RowMaker
from kakou.ledger.lane.wire import read_item
from kakou.ledger.stays.diff import stay_id
from kakou.ledger.tests.deskwork import FINE, Phone, passage
from kakou.places.models import Entrance, Unit
from kakou.places.rules import EntranceKind, EntranceState, UnitKind
from kakou.screening.models import RiskArea
from tests.cast import enrol, staff

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
GATE, DESK = "kakou_worker", "kakou_pages"
"""By whose rights a door is gone through: of what comes from phones, and of pages."""
AREA = "321003"
FIRST_HOUR, HOURS = 4, 14  # what happens, happened so many hours ago: within the day of which a gate is warned


class NotYet(Exception):
    """What this acts on is not there yet: it is tried again."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that a hand does, in one transaction. `twice`: may it be done again, as when an answer was lost?
    `plan`: made ready, when it is sure that it will be done."""

    do: Callable[[], object]
    by: str = GATE
    twice: bool = True
    plan: Callable[[], None] = lambda: None


@dataclass(slots=True)
class Cause:
    """One cause of an order.

    `bring` and `heal`: each in its order; what nothing heals, has no `heal`. `by_hand`: may somebody close it and will
    it stay closed? `ordered`: it heals only after it came; `heals_with`: when that other one does. `name`: the cause's
    id; raises NotYet before there is one. `handled_by`: who of the ground takes steps about its order, "" nobody.
    `times`: how often it may come up, each time after it was over.
    """

    kind: str
    name: Callable[[], str]
    bring: list[Act] = field(default_factory=list)
    heal: list[Act] = field(default_factory=list)
    by_hand: bool = True
    ordered: bool = False
    heals_with: Cause | None = None
    handled_by: str = "secretary"
    times: int = 1


@dataclass
class Compound:
    """A compound, its gate, the gate's phone, and who works there."""

    node: Node
    gate: Node
    phone: Phone
    community: Node


class Ground:
    """See the module. `big`: for thousands of causes."""

    def __init__(self, compounds: int) -> None:
        self.at = now()
        self.numbers = count(1)
        self._shared: dict[str, Any] = {}
        with acting_as_system():
            make_days(self.at.date() - 7 * DAY, self.at.date() + DAY, using="owner")
            self.street = add_node(parent=None)
            self._unit(self.street, UnitKind.STREET)
            RiskArea.objects.create(
                code=AREA, name="扬州市邗江区", level="high", source="国务院客户端",
                starts_on=self.at.date() - 13 * DAY, recorded_at=self.at - DAY,
            )  # fmt: skip
        self.commander = staff("commander", Role.COMMANDER, self.street)
        self.liaison = staff("liaison", Role.STREET_LIAISON, self.street)
        self.administrator = staff("administrator", Role.ADMINISTRATOR, self.street)
        self.investigator = staff("investigator", Role.INVESTIGATOR, self.street)
        self.lead = staff("lead", Role.GATE_LEAD, self.street)
        self.secretary = staff("secretary")  # of every community in which anybody answers
        self._communities = [self.community(answered=True) for _ in range(max(1, compounds // 6))]
        self.compounds = [self.compound(self._communities[n % len(self._communities)]) for n in range(compounds)]
        self._slots = self._walk()

    def community(self, *, answered: bool) -> Node:
        """A community; `answered`: by the secretary."""
        with acting_as_system():
            node = add_node(parent=self.street)
            self._unit(node, UnitKind.COMMUNITY_URBAN)
            if answered:
                grant_role(staff=self.secretary, role=Role.COMMUNITY_SECRETARY, node=node, by=None, at=self.at - DAY)
        return node

    def compound(self, community: Node, *, limited: bool = False) -> Compound:
        """A compound with one gate and a worker; `limited`: in which nobody may stay for long."""
        with acting_as_system():
            node = add_node(parent=community)
            unit = self._unit(node, UnitKind.COMPOUND)
            gate = add_node(parent=node)
            Entrance.objects.create(
                node=gate, unit=unit, name="东门", kind=EntranceKind.COMPOUND_GATE, state=EntranceState.STAFFED
            )
            if limited:
                set_usual(node=node.pk, by=None, at=self.at - DAY)
        staff(f"worker{node.pk}", Role.COMMUNITY_WORKER, node)
        return Compound(node, gate, self.phone(gate), community)

    def phone(self, gate: Node) -> Phone:
        """One more phone at a gate."""
        with acting_as(self.lead):
            return Phone(enrol(self.lead, gate, f"phone {next(self.numbers)}")[0])

    def slot(self) -> tuple[Compound, dt.datetime]:
        """The next place and time, of which no hour of a gate has many that follow each other."""
        return next(self._slots)

    def recorder_of_its_own(self, gate: int, day: dt.date) -> Staff:
        """Somebody of whom nothing else is told at that gate on that day."""
        n = next(self.once(f"recorders of {gate} on {day}", count))
        return self.once(f"recorder {n}", lambda: staff(f"recorder{n}", Role.GATE_RECORDER, self.street))

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """What several causes share, made by the first of them."""
        if name not in self._shared:
            self._shared[name] = make()
        return self._shared[name]

    def apart(self) -> Compound:
        """A compound of its own."""
        return self.compound(self._communities[next(self.numbers) % len(self._communities)])

    def limited(self) -> Compound:
        """A compound of its own in which nobody may stay for long."""
        return self.compound(self._communities[0], limited=True)

    def beside(self, place: Compound) -> Compound:
        """Another compound."""
        return self.compounds[(self.compounds.index(place) + 1) % len(self.compounds)]

    def visitor(self) -> dict[str, Any]:
        """Somebody who was never here before."""
        return {"name": "访客", "phone": f"139{next(self.numbers):08}"}

    def sent(self, phone: Phone, *items: dict[str, Any], at: dt.datetime | None = None) -> Act:
        """A parcel of passages, the next that this phone makes, stored whenever a hand comes to it."""
        act = self.later(phone, *items, at=at)
        act.plan()
        return Act(act.do)

    def later(self, phone: Phone, *items: dict[str, Any], at: dt.datetime | None = None) -> Act:
        """The same, of what the phone makes only if it is to be sent."""
        rows: list[Row] = []

        def store() -> None:
            with acting_as_system():
                store_rows(rows)

        return Act(store, plan=lambda: rows.extend(phone.rows(*items, at=at)))

    def _walk(self) -> Iterator[tuple[Compound, dt.datetime]]:
        for turn in count():
            for hour in range(HOURS):
                begins = (self.at - (FIRST_HOUR + hour) * HOUR).replace(minute=0, second=0, microsecond=0)
                for place in self.compounds:
                    yield place, begins + (turn % 12) * 2 * MINUTE

    def _unit(self, node: Node, kind: UnitKind) -> Unit:
        return Unit.objects.create(node=node, kind=kind, name=f"{kind}{node.pk}")


def fine(subject: dict[str, Any], at: dt.datetime, *, equal: bool = False, **more: Any) -> dict[str, Any]:
    """Somebody comes in and is looked at as he must be; no two in a row have the same temperature, unless all are
    `equal`."""
    item = passage(subject, at=at, **more)
    if item["checks"].get("temperature") == FINE["temperature"] and not equal:
        item["checks"] = item["checks"] | {"temperature": 355 + UUID(item["id"]).int % 15}
    return item


def stay_of(subject: dict[str, Any], enclosure: Node, kind: str, began: str) -> Callable[[], str]:
    """The id of somebody's stay in a compound that a passage began: what orders about stays are about."""
    item = {**passage(subject), "seq": 1, "prev_hash": "0" * 64}
    key = RowMaker(vault.store()).subject_key(read_item(json.dumps(item).encode()).subject)
    stay = SimpleNamespace(key=(enclosure.pk, kind, UUID(began).int))
    return lambda: str(stay_id(key, stay))


def by_desk(who: Staff, do: Callable[[], object], *, twice: bool = True) -> Act:
    """Somebody does something on a page."""

    def act() -> None:
        with acting_as(who):
            do()

    return Act(act, by=DESK, twice=twice)
