"""A lived-in corner of the sub-district for pages and journeys: names, people, and a day at its gates.

Built on the cast's tree: Sunshine compound with a south and a north gate in the east, an orchard with one gate in the
west. Everybody in it is made up.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

import pytest

from kakou import vault
from kakou.access.models import Device, Node
from kakou.access.scope import acting_as_system
from kakou.kernel.ids import id_at, new_id
from kakou.kernel.time import to_ms
from kakou.ledger.actions.visits import Announced, announce_visit
from kakou.ledger.models import Passage, PlaceCode, Quarantined, Stay
from kakou.ledger.rules import Purpose
from kakou.ledger.stays.rows import KINDS, STATES
from kakou.ledger.stays.shapes import ABSENCE, VISIT, Flag, StayState
from kakou.ledger.visits import read_number
from kakou.vault.sealing import seal
from tests.cast import AT, Cast, Tree

HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
"""`AT` is 12:45 at the site."""


@dataclass(frozen=True)
class District:
    """Who and where. `wang` and `li` live in the compound, `zhao` visits, `ghost` is in no register."""

    tree: Tree
    cast: Cast
    north: Node
    wang: UUID
    li: UUID
    zhao: UUID
    ghost: UUID
    car: UUID
    order: UUID
    unfit: UUID
    fever: UUID
    audit: UUID
    card: UUID
    place_code: str
    channel: int
    message: int


@pytest.fixture
def district(transactional_db: None, tree: Tree, cast: Cast) -> District:
    """The compound as it stands at 12:45. Stays are laid down by the owner: pages may not write them."""
    with acting_as_system():
        north = _places(tree)
        wang, li, zhao = (_person(tree, *facts) for facts in PEOPLE)
        car = _car(tree)
        ghost = new_id()
        _phones(tree, north)
        _passages(tree, north, cast, wang, li, zhao, ghost, car)
        order = _stays(tree, wang, zhao, ghost, car)
        unfit = _quarantined(tree)
        checked = _checked(tree, cast, li)
        code, told = _announced(tree), _told(tree, cast)
    made = (tree, cast, north, wang, li, zhao, ghost, car, order, unfit, *checked, code)
    return District(*made, *_refused(told))


PEOPLE = (
    ("王晓梅", "110105199003078027", "13800138001"),
    ("李国强", "110105198511234570", "13800138002"),
    ("赵敏", "", "13800138003"),
)


def _places(tree: Tree) -> Node:
    from kakou.access.actions import add_node
    from kakou.places.models import Entrance, Unit

    units = [
        (tree.street, "street", "睢城街道"), (tree.east, "community_urban", "东城社区"),
        (tree.garden, "compound", "阳光小区"), (tree.west, "community_rural", "西郊社区"),
        (tree.orchard, "urban_village", "果园村"),
    ]  # fmt: skip
    made = {node.pk: Unit.objects.create(node=node, kind=kind, name=name) for node, kind, name in units}
    north = add_node(parent=tree.garden)
    sealed = add_node(parent=tree.garden)
    for node, unit, name, kind in (
        (tree.garden_gate, tree.garden, "南门", "compound_gate"),
        (north, tree.garden, "北门", "compound_gate"),
        (tree.orchard_gate, tree.orchard, "村口", "village_path"),
    ):
        Entrance.objects.create(node=node, unit=made[unit.pk], name=name, kind=kind)
    Entrance.objects.create(
        node=sealed, unit=made[tree.garden.pk], name="西侧小门", kind="compound_gate", state="sealed",
        seal_material="铁皮围挡", sealed_at=AT,
    )  # fmt: skip
    return north


def _person(tree: Tree, name: str, document: str, phone: str) -> UUID:
    from kakou.people.actions import NewPerson, add_person
    from kakou.people.rules import Category, Facts

    category = Category.RESIDENT_REGISTERED if document else Category.VISITOR
    facts = Facts(name=name, document=("10", document) if document else None, phone=phone)
    return add_person(NewPerson(tree.garden.pk, facts, category), by=None, at=AT).pk


def _car(tree: Tree) -> UUID:
    from kakou.people.actions import NewVehicle, add_vehicle

    return add_vehicle(NewVehicle(tree.garden.pk, "苏C12345"), by=None, at=AT).pk


def _phones(tree: Tree, north: Node) -> None:
    for node, name, heard in (
        (tree.garden_gate, "一号机", AT - MINUTE),
        (north, "二号机", AT - 2 * HOUR - 40 * MINUTE),
    ):
        Device.objects.create(
            node=node, name=name, token_hash=name.encode() * 3, enrolled_at=AT - 24 * HOUR, last_seen_at=heard
        )


def _passages(tree: Tree, north: Node, cast: Cast, wang: UUID, li: UUID, zhao: UUID, ghost: UUID, car: UUID) -> None:
    south = tree.garden_gate
    told = [
        (south, 2, wang, 1, 6 * HOUR, 1), (south, 1, zhao, 1, 5 * HOUR, 1), (south, 2, li, 1, 4 * HOUR, 1),
        (south, 1, li, 1, 3 * HOUR, 2), (north, 1, ghost, 1, 3 * HOUR + 5 * MINUTE, 1),
        (south, 1, car, 2, 2 * HOUR, 1), (south, 1, new_id(), 1, 90 * MINUTE, 3),
        (south, 1, new_id(), 1, 20 * MINUTE, 5),
    ]  # fmt: skip
    for n in range(24):
        told.append((south, 1 + n % 2, new_id(), 1, 4 * HOUR + (n % 9) * MINUTE, 1))
    for node, way, subject, kind, ago, verdict in told:
        Passage.objects.using("owner").create(
            id=id_at(to_ms(AT - ago), new_id().bytes), node_id=node.pk, direction=way, subject=subject,
            subject_kind=kind, verdict=verdict,
            crossed=verdict < 3, happened_at=AT - ago, device_at=AT - ago, recorded_at=AT - ago,
            recorder=cast.recorder.pk, hash=bytes(32),
        )  # fmt: skip


def _stays(tree: Tree, wang: UUID, zhao: UUID, ghost: UUID, car: UUID) -> UUID:
    from kakou.workorders.actions import open_once

    rows = [
        (wang, 1, ABSENCE, StayState.OPEN, Flag.CENSUS, 6 * HOUR, None, 24 * HOUR),
        (zhao, 1, VISIT, StayState.OPEN, 0, 5 * HOUR, None, 4 * HOUR),
        (car, 2, VISIT, StayState.OPEN, 0, 2 * HOUR, None, None),
        (zhao, 1, VISIT, StayState.CLOSED, 0, 30 * HOUR, 28 * HOUR, 4 * HOUR),
    ]
    for subject, subject_kind, kind, state, flags, since, until, allowed in rows:
        Stay.objects.using("owner").create(
            id=new_id(), node_id=tree.garden.pk, subject=subject, subject_kind=subject_kind, kind=KINDS[kind],
            state=STATES[state], flags=int(flags), entered_at=AT - since, since_at=AT - since,
            left_at=AT - until if until else None, until_at=AT - until if until else None,
            due_at=AT - since + allowed if allowed else None, enter_gate=tree.garden_gate.pk,
            enter_passage=new_id(), leave_passage=new_id() if until else None,
            leave_gate=tree.garden_gate.pk if until else None,
        )  # fmt: skip
    missed = Stay.objects.using("owner").create(
        id=new_id(), node_id=tree.garden.pk, subject=ghost, subject_kind=1, kind=KINDS[VISIT],
        state=STATES[StayState.MISSED_EXIT], flags=0, entered_at=AT - 3 * HOUR, since_at=AT - 3 * HOUR,
        bound_at=AT + HOUR, until_at=AT + HOUR, enter_passage=new_id(), bound_passage=new_id(),
        enter_gate=tree.garden_gate.pk,
    )  # fmt: skip
    order = open_once("missing_exit", missed.id, node=tree.garden.pk, at=AT - 2 * HOUR)
    assert order
    return order


UNFIT = (
    '{"id":"01912345-0000-7000-8000-000000000001","at":1628570000000,"direction":"in","crossed":true,'
    '"subject":{"kind":"person","name":"孙小刚","phone":"13900139007","document":{"kind":"10","no":"110105198001019993"}},'
    '"verdict":"hold","checks":{"health":"red"},"note":"孙小刚 电话 13900139007"}'
)


def _quarantined(tree: Tree) -> UUID:
    """An item that a phone sent and the intake could not accept."""
    id = new_id()
    store = vault.store()
    sealed = seal(
        store,
        due=(AT + 90 * 24 * HOUR).date(),
        table="ledger_quarantined",
        row=id,
        field="payload",
        plain=UNFIT.encode(),
    )
    device = Device.objects.get(node=tree.garden_gate)
    Quarantined.objects.using("owner").create(
        id=id, node_id=tree.garden_gate.pk, device_id=device.pk, digest=id.bytes, contract=1, reason="unknown-field",
        place="$.note", payload=sealed, recorded_at=AT - HOUR,
    )  # fmt: skip
    return id


def _checked(tree: Tree, cast: Cast, li: UUID) -> tuple[UUID, UUID, UUID]:
    """Li was measured too warm and again, is to be asked about another passage, and has a pass; rules of the street's
    own hold from tomorrow on, and two areas are at risk. Fever, spot audit, pass."""
    from kakou.people.queries import person_at
    from kakou.screening.actions.fever import Hot, NewStep, open_cases, take_step
    from kakou.screening.actions.packs import change_params, publish
    from kakou.screening.actions.passes import NewPass, issue_pass
    from kakou.screening.models import RiskArea, SpotAudit
    from kakou.screening.models.passes import PassKind
    from kakou.screening.queries.fever import case_at
    from kakou.screening.rules.fever import FeverStep

    warm, asked = Passage.objects.filter(subject=li).order_by("-happened_at").values_list("id", flat=True)
    gate = tree.garden_gate.pk
    open_cases([Hot(warm, gate, 378, 373, 15, "cn-2021-08.1", AT - 20 * MINUTE)], at=AT - 20 * MINUTE)
    case = case_at(warm)
    for ago, kind, facts in (
        (4, FeverStep.STILL_HIGH, {"tenths": 379}), (2, FeverStep.NOTED, {"note": "戴好口罩，在帐篷旁等候"}),
    ):  # fmt: skip
        when = AT - ago * MINUTE
        case = take_step(case, NewStep(new_id(), kind, when, facts), by=cast.worker, at=when)
    SpotAudit.objects.using("owner").create(id=asked, node_id=gate, shift_start=AT - 6 * HOUR, drawn_at=AT)
    made = change_params("cn-2021-08.1", {"temperature_limit": 375}, note="高温天气", by=cast.administrator, at=AT)
    publish(str(made), node=tree.street, starts_at=AT + 20 * HOUR, by=cast.administrator, at=AT)
    for code, name, level, start, end in (
        ("321003", "扬州市邗江区", "high", dt.date(2021, 7, 28), None),
        ("320115001", "南京市江宁区禄口街道", "medium", dt.date(2021, 7, 21), dt.date(2021, 8, 5)),
    ):
        RiskArea.objects.create(
            code=code, name=name, level=level, starts_on=start, ends_on=end, source="国务院客户端", recorded_at=AT
        )
    new = NewPass(PassKind.RESIDENT, "3栋2单元501", dt.date(2021, 8, 1), None)
    card = issue_pass(person_at(li), new, by=cast.secretary, at=AT - 24 * HOUR)
    return warm, asked, card.pk


def _announced(tree: Tree) -> str:
    """The code on the compound's poster; a delivery that is expected there this afternoon."""
    code = PlaceCode.objects.create(node=tree.garden, made_at=AT).code
    start = AT.replace(hour=4, minute=0)
    parcel = Announced(read_number("13800138009"), "周快", "3-2-501", Purpose.DELIVERY, start, start + 6 * HOUR)
    announce_visit(parcel, sheet=new_id(), unit=tree.garden.pk, at=AT)
    return code


def _told(tree: Tree, cast: Cast) -> UUID:
    """The group of the east's gate leads, with a message that its robot refused, and one that waits. Its mark."""
    from kakou.notices.actions import add_channel, tell
    from kakou.notices.actions.channels import Wished
    from kakou.notices.adapters import Reach
    from kakou.notices.models import Message

    reach = Reach("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=made-up")
    wished = Wished("卡口负责人群")
    channel = add_channel(node=tree.east.pk, kind="wecom", reach=reach, wished=wished, by=cast.secretary, at=AT - HOUR)
    tell("阳光小区北门超过 15 分钟没有上报", key="gate:silent", channel=channel.pk, at=AT - 20 * MINUTE)
    tell("请各卡口核对今日名单", key="roster", channel=channel.pk, at=AT - MINUTE)
    stuck = Message.objects.filter(key="gate:silent")
    stuck.update(state="dead", settled_at=AT - 19 * MINUTE, tries=1)
    return stuck.get().mark


def _refused(mark: UUID) -> tuple[int, int]:
    """What was tried with that message: only the worker adds there. Channel, message."""
    from kakou.notices.models import Attempt, Message

    message = Message._base_manager.using("owner").get(mark=mark)
    for outcome, code in (("begun", ""), ("never", "93000")):
        Attempt._base_manager.using("owner").create(
            message=message, channel_id=message.channel_id, node_id=message.node_id, number=1, at=AT - 19 * MINUTE,
            outcome=outcome, code=code, status=200 if code else None,
        )  # fmt: skip
    return message.channel_id, message.pk
