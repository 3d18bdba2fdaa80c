"""One of every thing that a URL names, in the garden, in the orchard and at the street above both."""

import datetime as dt
import zlib

import pytest

from kakou import vault
from kakou.access.actions import add_node, grant_role
from kakou.access.exporting.models import MassExport
from kakou.access.models import Badge, Device
from kakou.access.rules import Role
from kakou.access.scope import acting_as_system
from kakou.deliveries import actions as deliveries
from kakou.deliveries.rules import Body, Goods
from kakou.directives.actions.papers import keep_paper
from kakou.directives.models import Directive, Task
from kakou.directives.rules import DIRECTIVE, Paper
from kakou.kernel.ids import new_id
from kakou.ledger.models import PaperEntry, PaperForm, Passage, PlaceCode
from kakou.notices import actions as notices
from kakou.notices.actions.channels import Wished
from kakou.notices.adapters import Reach
from kakou.notices.models import Message, Telling
from kakou.people import actions as people
from kakou.people.actions import NewPerson, NewVehicle
from kakou.people.models import Attachment, CensusImport, Proxy, SameSubject
from kakou.people.rules import Facts
from kakou.places.chain.naming import keep_photo
from kakou.places.models import Entrance, Recut, Serving, Unit
from kakou.places.tests.mapped import located, point
from kakou.screening.actions.fever import Hot, open_cases
from kakou.screening.actions.packs import publish
from kakou.screening.models import Pass
from kakou.screening.models.passes import PassKind
from kakou.services import actions as services
from kakou.services.models import Inlet, Request
from kakou.services.rules import Category, Channel, Contact, Report, picture_of
from kakou.skills.models import Asked, Call, Licence
from kakou.tracing.models import (
    ControlMeasure,
    FollowUp,
    HandedIn,
    Involved,
    LineList,
    NameRelease,
    Office,
    Outbreak,
    Question,
    Trace,
)
from kakou.vault.sealing import seal
from kakou.workorders import actions as orders
from kakou.workorders.events import register_kind
from kakou.workorders.models import EXHIBITS, Exhibit, WorkOrder
from kakou.workorders.rules import Kind, within
from tests.cast import AT, staff
from tests.matrix.roles import connect
from tests.matrix.rows import Rows


@pytest.fixture
def world(tree):
    """The things of each place by their kind, and nothing of them afterwards."""
    yield one_of_everything(tree)
    forget_what_was_committed()


def forget_what_was_committed():
    """What only other roles of the database add was written past the test's own transaction."""
    with connect("owner", autocommit=True) as connection:
        connection.execute("delete from ledger_quarantined; delete from screening_spotaudit")


def one_of_everything(tree):
    """One of every thing in the garden (east), in the orchard (west) and at the street above both."""
    administrator = staff("who_seals", Role.ADMINISTRATOR, tree.street)
    matrix = register_kind(Kind("t_matrix", "Matrix", within(hours=0)))
    with acting_as_system():
        street_gate = add_node(parent=tree.street)
        kinds = {"street": "street", "east": "community_urban", "west": "community_urban", "garden": "compound",
                 "orchard": "compound"}  # fmt: skip
        units = {
            name: Unit.objects.create(node=getattr(tree, name), kind=what, name=name) for name, what in kinds.items()
        }
        gates = {"garden": tree.garden_gate, "orchard": tree.orchard_gate, "street": street_gate}
        made = {}
        for number, (name, gate) in enumerate(gates.items()):
            unit = units[name]
            Entrance.objects.create(node=gate, unit=unit, name=f"{name} gate", kind="road_checkpoint")
            person = people.add_person(
                NewPerson(unit.node_id, Facts("某", phone=f"1380000000{number}")), by=None, at=AT
            )
            vehicle = people.add_vehicle(NewVehicle(unit.node_id, f"苏C1234{number}"), by=None, at=AT)
            order = orders.open_once(matrix.name, new_id(), node=gate.pk, at=AT)
            picture = picture_at(order)
            passed = passed_at(gate, person.pk)
            device = Device.objects.create(node=gate, name="phone", token_hash=name.encode(), enrolled_at=AT)
            made[name] = {
                "unit": unit.node_id,
                "entrance": gate.pk,
                "order": order,
                "device": device.pk,
                "picture": picture,
                "passage": passed,
            }
            made[name] |= {"person": person.pk, "vehicle": vehicle.pk}
            holder = staff(f"held_{name}")
            mate = people.add_person(NewPerson(unit.node_id, Facts("某某")), by=None, at=AT)
            made[name]["attachment"] = attached_to(person, holder)
            named = {"node": unit.node, "named_at": AT, "named_by": holder}
            made[name]["proxy"] = Proxy.objects.create(person=person, answers=mate, **named).pk
            same = {"node": unit.node, "merged_at": AT, "merged_by": holder}
            made[name]["merge"] = SameSubject.objects.create(subject=new_id(), same_as=mate.pk, **same).pk
            figures = {"added": 0, "changed": 0, "same": 1, "imported_at": AT, "imported_by": holder}
            made[name]["census"] = CensusImport.objects.create(node=unit.node, digest=b"x", **figures).pk
            made[name]["account"] = holder.pk
            asked = {"what": "people.census", "count": 500, "reason": "x", "state": "asked"}
            exported = MassExport.objects.create(node=unit.node, asked_by=holder, asked_at=AT, **asked)
            made[name]["export"] = exported.pk
            made[name] |= paper_at(gate, holder)
            made[name]["grant"] = grant_role(staff=holder, role=Role.GATE_RECORDER, node=gate, by=None, at=AT).pk
            made[name]["badge"] = Badge.objects.create(staff=holder, key_sealed=b"x", issued_at=AT, due_on=AT.date()).pk
            made[name]["coded"] = made[name]["located"] = unit.node_id
            located(unit.node, point(117.95, 33.9))
            cut = {"act": "moved", "node": unit.node, "other": unit.node, "reason": "r", "by": holder}
            cut["parts"] = [[unit.node_id, unit.node_id, unit.node_id, "", ""]]  # it hangs elsewhere by now
            made[name]["serving"] = Serving.objects.create(node=unit.node, server=unit.node, set_at=AT).pk
            made[name]["seal"] = photographed(gate, administrator)
            made[name]["cut"] = Recut.objects.create(**cut, at=AT).pk
            PlaceCode.objects.create(node=unit.node, made_at=AT)
            made[name]["quarantined"] = quarantined_at(gate.pk)
            made[name]["request"] = request_at(made[name]["unit"])
            made[name] |= goods_at(unit.node_id, gate.pk, person, made[name]["request"], holder)
            made[name]["proposal"] = proposed_at(made[name]["unit"])
            made[name]["inlet"] = inlet_at(unit.node, holder)
            made[name]["api_key"] = services.make_key(name="p", node=made[name]["unit"], by=None, at=AT)[0].pk
            made[name] |= checked_at(unit.node, gate, person)
            made[name] |= cases_at(unit.node, person, holder)
            made[name] |= lists_at(unit.node, made[name]["outbreak"], holder)
            made[name] |= told_at(unit.node_id, name)
            made[name] |= ordered_at(unit.node_id, holder)
    return made


def paper_at(gate, holder):
    """A form of the gate, and what was typed in there."""
    form = PaperForm.objects.create(node=gate, day=AT.date(), number=1, made_at=AT, made_by=holder)
    figures = {"digest": b"x", "stored": 0, "present": 0, "typed_at": AT, "typed_by": holder}
    return {"form": form.pk, "entry": PaperEntry.objects.create(node=gate, **figures).pk}


def picture():
    """A file that looks like one."""
    return picture_of(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", b"\0\0\0\1\0\0\0\1\x08\0\0\0\0")
        + chunk(b"IDAT", b"")
        + chunk(b"IEND", b"")
    )


def photographed(gate, by):
    """The photo of a seal."""
    return keep_photo(Entrance.objects.get(node=gate), picture(), by=by, at=AT)


def attached_to(person, holder):
    """A picture in the record of a person."""
    id, due = new_id(), person.due_on
    sealed = seal(vault.store(), due=due, table="people_attachment", row=id, field="sealed", plain=b"x")
    kept = {"media_type": "image/png", "size": 1, "added_at": AT, "added_by": holder, "due_on": due}
    return Attachment.objects.create(
        id=id, person=person, node_id=person.node_id, kind="other", sealed=sealed, **kept
    ).pk


def inlet_at(node, holder):
    """A robot whose messages come in there."""
    row = new_id()
    sealed = seal(vault.store(), due=AT.date(), table="services_inlet", row=row, field="known", plain=b'{"key": "k"}')
    kept = {"row": row, "known_sealed": sealed, "made_at": AT, "made_by": holder}
    return Inlet.objects.create(node=node, kind="dingtalk", name="group", **kept).pk


def proposed_at(unit):
    """A message with a photo that somebody has to decide about."""
    said = services.Said("某事", mark=str(unit), photo=picture())
    return services.propose(said, node=unit, channel=Channel.MESSAGE, at=AT)


def request_at(unit):
    """Somebody there asks for something, with a photo."""
    photo = services.hold_photo(picture(), place=unit, at=AT)
    report = Report(Category.OTHER, unit, "某事", Contact("+8613800000000"), Channel.PAGE, "zh-hans")
    return services.open_request(report, key=new_id(), at=AT, photo=photo).request.pk


def picture_at(order):
    """A photo proves that something was done about it."""
    id, found = new_id(), WorkOrder.objects.get(pk=order)
    Exhibit.objects.create(
        id=id, order=found, node_id=found.node_id, first_node_id=found.first_node_id, proof="photo", size=1,
        media_type="image/png", added_at=AT, due_on=AT.date(),
        sealed=seal(vault.store(), due=AT.date(), table=EXHIBITS, row=id, field="sealed", plain=b"x"),
    )  # fmt: skip
    return id


def goods_at(unit, gate, person, request, holder):
    """A licence, a call for which somebody was asked, a goods vehicle and a parcel."""
    kept = {"node_id": unit, "due_on": AT.date()}
    licence = Licence.objects.create(**kept, person=person, skill="interpreter", recorded_at=AT)
    order = Request.objects.get(pk=request).order
    call = Call.objects.create(**kept, order=order, skill="interpreter", needed_at=AT, opened_at=AT, opened_by=holder)
    asked = Asked.objects.create(call=call, node_id=unit, person=person, asked_at=AT, asked_by=holder)
    new = deliveries.NewDelivery(unit, gate, "苏C12345", Body.CAR, Goods.FOOD, AT.date())
    delivery = deliveries.announce(new, key=new_id(), by=None, at=AT)
    parcel = deliveries.leave(node=unit, gate=gate, door="1", pieces=1, key=new_id(), by=holder, at=AT)
    return {"licence": licence.pk, "call": call.pk, "asked": asked.pk, "delivery": delivery.pk, "parcel": parcel.pk}


LATER = dt.timedelta(hours=2)


def ordered_at(unit, holder):
    """A directive handed down there to that very unit, with a paper."""
    directive = Directive.objects.create(
        key=new_id(), node_id=unit, number="n", issuer="i", title="t", text="x", acknowledge_by=AT + LATER,
        deadline=AT + LATER, issued_at=AT, issued_by=holder,
    )  # fmt: skip
    id = new_id()
    order = orders.open_once(DIRECTIVE.name, id, node=unit, at=AT)
    task = Task.objects.create(id=id, directive=directive, node_id=unit, home_id=unit, unit="u", order_id=order)
    paper = keep_paper(Paper("application/pdf", b"x"), directive=directive, task=None, by=holder, at=AT)
    return {"directive": directive.pk, "task": task.pk, "paper": paper.pk}


def chunk(name, body):
    return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")


def checked_at(unit, gate, person):
    """Rules of the unit's own, a fever, somebody to be asked again, a pass."""
    (fever,) = open_cases([Hot(new_id(), gate.pk, 378, 373, 15, "cn-2021-08.1", AT)], at=AT)
    audit = new_id()
    with connect("owner", autocommit=True) as connection:  # only the worker adds there
        connection.execute(
            "insert into screening_spotaudit (id, node_id, shift_start, drawn_at, note) values (%s, %s, %s, %s, '')",
            [audit, gate.pk, AT, AT],
        )
    card = Pass.objects.create(
        node=unit, kind=PassKind.RESIDENT, person=person, due_on=AT.date(), valid_from=AT.date(), issued_at=AT
    )
    rules = publish("cn-2021-08.1", node=unit, starts_at=AT, by=None, at=AT)
    return {"fever": fever, "audit": audit, "pass": card.pk, "publication": rules.pk}


def cases_at(unit, person, holder):
    """An outbreak with a case, a run, a measure, and somebody else who asked for the names."""
    told = {"node": unit, "outbreak": Outbreak.objects.create(node=unit, title="r", edition="cn-8", opened_at=AT,
                                                              opened_by=holder)}  # fmt: skip
    case = Involved.objects.create(
        **told, subject=person.pk, standing="followed", origin="case", proposed="none", edition="cn-8", number=1,
        case_state="confirmed", onset_on=AT.date(), positive_at=AT, isolated_at=AT, found_at=AT,
    )  # fmt: skip
    run = Trace.objects.create(
        **told, source=case, kind="contacts", reason="r", asked_at=AT, since_at=AT, until_at=AT, edition="cn-8"
    )
    measure = ControlMeasure.objects.create(**told, kind="closed", since_at=AT, set_by=holder)
    release = NameRelease.objects.create(**told, state="asked", reason="r", asked_by=holder, asked_at=AT)
    due = FollowUp.objects.create(node=unit, involved=case, day=AT.date(), task="call")
    question = Question.objects.create(
        **told, kind="ranking", reason="r", asked_by=holder, asked_at=AT, since_at=AT, until_at=AT, edition="cn-8"
    )
    things = {"outbreak": told["outbreak"], "case": case, "trace": run, "measure": measure, "release": release,
              "follow_up": due, "question": question}  # fmt: skip
    return {name: thing.pk for name, thing in things.items()}


def lists_at(unit, outbreak, holder):
    """A line list that was brought in, and a file of another office that was taken."""
    told = {"node": unit, "outbreak_id": outbreak, "brought_by": holder, "brought_at": AT}
    made = LineList.objects.create(**told, rows=0, added=0, registered=0)
    office, _ = Office.objects.get_or_create(
        fingerprint="0" * 64, defaults={"name": "o", "sign_key": "k", "confirmed_by": holder, "confirmed_at": AT}
    )
    taken = HandedIn.objects.create(
        **told, office=office, handover=new_id(), digest=new_id().hex * 2, many=1, receipt="r"
    )
    return {"line_list": made.pk, "handed_in": taken.pk}


def told_at(node, name):
    """A channel, and a message that is stuck in it."""
    channel = notices.add_channel(
        node=node, kind="mail", reach=Reach(to=(f"{name}@example.cn",)), wished=Wished(name), by=None, at=AT
    )
    notices.tell("late", key="late", channel=channel.pk, at=AT)
    Message.objects.filter(channel=channel).update(state="dead", settled_at=AT)
    telling = Telling.objects.create(node_id=node, channel=channel, event="order.passed_on", made_at=AT)
    return {"channel": channel.pk, "message": Message.objects.get(channel=channel).pk, "telling": telling.pk}


def quarantined_at(node):
    """One item in quarantine. Only the lane adds there, so it is committed past the test's own transaction."""
    id = new_id()
    sealed = seal(vault.store(), due=AT.date(), table="ledger_quarantined", row=id, field="payload", plain=b"{}")
    with connect("owner", autocommit=True) as connection:
        connection.execute(
            "insert into ledger_quarantined"
            " (id, node_id, device_id, digest, contract, reason, place, payload, recorded_at)"
            " values (%s, %s, 1, %s, 1, 'unreadable', '', %s, %s)",
            [id, node, id.bytes, sealed, AT],
        )
    return id


def passed_at(gate, subject):
    """One passage of `subject`."""
    passage = Rows(None).another(Passage, gate.pk)
    passage.subject, passage.subject_kind, passage.direction, passage.crossed = subject, 1, 1, True
    passage.save(force_insert=True)
    return passage.pk
