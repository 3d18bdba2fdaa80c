"""Every URL × every role × {own, sibling, parent, missing} and {stranger, nobody} equals the declared table."""

import datetime as dt
import re
import zlib
from contextlib import contextmanager
from difflib import unified_diff
from uuid import UUID

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.test.client import ClientHandler
from django.urls import URLResolver, get_resolver

from kakou import vault
from kakou.access.actions import add_node, grant_role
from kakou.access.exporting.models import MassExport
from kakou.access.models import Badge, Device
from kakou.access.rules import ROLES, Role
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
from tests.cast import AT, planted, sign_in, staff
from tests.matrix.roles import connect
from tests.matrix.rows import Rows
from tests.matrix.table import FRONT, TABLE, Route, Who

RELATIONS = {"own": "garden", "sibling": "orchard", "parent": "street"}  # for one who works over the east
LOGIN = "/accounts/login/"


def patterns(resolver=None, prefix=""):
    """Every pattern of the URLconf with its view, once."""
    for entry in (resolver or get_resolver()).url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, pattern)
        else:
            yield pattern, entry.callback


VIEWS = dict(reversed(list(patterns())))  # the first of two with one pattern answers
ROUTES = [(pattern, route) for pattern, entry in TABLE.items() if isinstance(entry, list) for route in entry]


def of(who):
    return [pattern for pattern, entry in TABLE.items() if entry is who]


def named(value):
    return f"{value.method}-{value.thing}" if isinstance(value, Route) else str(value)


def test_every_route_is_declared_and_nothing_else():
    """A new route says in table.py who may open it; one that went is taken out."""
    assert (sorted(set(VIEWS) - set(TABLE)), sorted(set(TABLE) - set(VIEWS))) == ([], [])


def test_the_front_answers_by_itself_only_what_is_declared():
    from kakou.config.asgi import Front

    assert set(Front().paths) == set(FRONT)


@pytest.mark.parametrize(("pattern", "route"), ROUTES, ids=named)
def test_a_page_is_guarded_by_the_permission_that_is_declared(pattern, route):
    if route.gate:
        assert VIEWS[pattern].permissions == route.gate


@pytest.fixture(scope="module")
def standing(django_db_setup, django_db_blocker):
    """The tree, what stands there and a session for every role over the east: made once for all routes."""
    with django_db_blocker.unblock(), nothing_stays():
        tree = planted()
        world = one_of_everything(tree)
        yield tree, world, {role: signed_in(staff(f"m_{role.value}", role, tree.east)) for role in Role}
        with connect("owner", autocommit=True) as connection:
            connection.execute("delete from ledger_quarantined; delete from screening_spotaudit")


@contextmanager
def nothing_stays():
    """Whatever is written in here is taken back."""
    with transaction.atomic("owner"), transaction.atomic():
        yield
        for database in ("default", "owner"):
            transaction.set_rollback(True, using=database)


@pytest.fixture
def tree(standing):
    """What a test does there is taken back after it."""
    with nothing_stays():
        yield standing[0]


@pytest.fixture
def world(tree, standing):
    return standing[1]


@pytest.fixture
def sessions(tree, standing):
    return standing[2]


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


def url(pattern, route, thing):
    path = "/" + pattern
    for name, value in route.args.items():
        path = re.sub(rf"<\w+:{name}>", str(value), path)
    if route.by_place:
        return f"{path}?place={thing}"
    return re.sub(r"<\w+:\w+>", str(thing), path, count=1)


def ask(client, pattern, route, thing):
    """The answer, with whatever it did taken back."""
    data = route.data() if callable(route.data) else route.data
    with transaction.atomic():
        answer = client.generic_answer(route.method, url(pattern, route, thing), data)
        transaction.set_rollback(True)
    client.cookies.pop("messages", None)  # what one answer leaves to be said on the next page
    return answer


def signed_in(account):
    """The session of whoever went through login."""
    client = Client()
    sign_in(client, account)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


HANDLER = ClientHandler(enforce_csrf_checks=False)  # one for all: it makes every middleware


class Person(Client):
    """A browser with this session, or nobody's."""

    def __init__(self, session=""):
        super().__init__(headers={"accept-language": "en"}, raise_request_exception=False)
        self.handler = HANDLER
        if session:
            self.cookies[settings.SESSION_COOKIE_NAME] = session

    def generic_answer(self, method, path, data):
        return self.post(path, data) if method == "POST" else self.get(path)


def missing(thing):
    return new_id() if isinstance(thing, UUID) else 10**8


def told(answer, thing):
    """What the answer says, without what differs from request to request."""
    fleeting = r'[0-9A-Za-z]{64}|data-(now|seen)="[^"]*"|datetime="[^"]*"|\d\d:\d\d(:\d\d)?'
    text = re.sub(fleeting, "", answer.content.decode())
    return re.sub(rf"(?<=/){thing}(?=/)|(?<=place=){thing}\b", "…", text)


@pytest.mark.parametrize(("pattern", "route"), ROUTES, ids=named)
def test_every_role_gets_what_the_table_says(world, sessions, pattern, route):
    wrong = []
    for role in Role:
        client = Person(sessions[role])
        held = ROLES[role].permissions
        let_in = not route.gate or bool(held & set(route.gate))
        for relation, place in RELATIONS.items():
            thing = world[place].get(route.thing)
            if not let_in:
                wanted = frozenset({403, 404} if route.by_place and relation != "own" else {403})
            elif not route.thing or (relation == "own" and held >= set(route.sees)):
                wanted = route.fine
            else:
                # a page that is let in but may not do this here answers as if nothing were there
                wanted = frozenset({404}) if relation != "own" else frozenset({403, 404})
            answer = ask(client, pattern, route, thing)
            if answer.status_code not in wanted:
                wrong.append((role.value, relation, answer.status_code, sorted(wanted)))
            if let_in and route.thing and relation != "own":
                nothing = missing(thing)
                absent = ask(client, pattern, route, nothing)
                said = [told(absent, nothing).splitlines(), told(answer, thing).splitlines()]
                if absent.status_code != answer.status_code or said[0] != said[1]:
                    wrong.append(
                        (role.value, relation, "not as a missing one", [*unified_diff(*said, n=0, lineterm="")])
                    )
    assert wrong == []


@pytest.mark.parametrize(("pattern", "route"), ROUTES, ids=named)
def test_a_stranger_and_nobody_get_nothing(world, pattern, route):
    """A stranger has an account and no role; nobody has no account. Neither learns that a thing is there."""
    for place in RELATIONS.values():
        thing = world[place].get(route.thing)
        stranger = ask(Person(signed_in(staff(f"stranger_{place}"))), pattern, route, thing)
        nobody = ask(Person(), pattern, route, thing)
        if route.gate:
            assert stranger.status_code in ((403, 404) if route.by_place else (403,))
            assert nobody.status_code in (302, 401)
            assert nobody.status_code == 401 or nobody["Location"].startswith(LOGIN)
        else:
            assert {stranger.status_code, nobody.status_code} == {404}


@pytest.mark.parametrize("pattern", of(Who.SIGNED_IN))
def test_what_is_about_an_account_asks_for_one(tree, pattern):
    path = "/" + re.sub(r"<int:\w+>", "1", pattern)
    for answer in (Person().get(path), Person().post(path, {})):
        assert answer.status_code in (302, 401, 404, 405)
        assert answer.status_code != 302 or answer["Location"].startswith(LOGIN)


@pytest.mark.parametrize("pattern", of(Who.ANYONE))
def test_what_anyone_may_open_never_breaks_and_shows_nobody(world, pattern):
    path = "/" + re.sub(r"\^|\$|\(\?P<\w+>[^)]*\)", lambda m: "x1" if m[0].startswith("(") else "", pattern)
    for client in (Person(), Person(signed_in(staff("stranger")))):
        for answer in (client.get(path), client.post(path, {})):
            assert answer.status_code < 500
            if pattern != "s/map/":  # the names of places on the map are what it is for
                assert all(name.encode() not in answer.content for name in ("garden", "orchard"))


@pytest.mark.parametrize("pattern", of(Who.DRILL))
def test_the_drill_is_not_there_for_others(tree, pattern):
    path = "/" + re.sub(r"<int:\w+>", "1", pattern)
    for role in Role:
        client = Person(signed_in(staff(f"d_{role.value}", role, tree.street)))
        assert {client.get(path).status_code, client.post(path, {}).status_code} <= {404, 405}
    nobody = Person().get(path)
    assert nobody.status_code == 405 or nobody["Location"].startswith(LOGIN)


@pytest.mark.parametrize("pattern", of(Who.TOKEN))
def test_an_account_is_no_token(tree, pattern):
    path = "/" + re.sub(r"<(str:)?\w+>", "not-a-token-of-anybody", pattern)
    for client in (Person(), Person(signed_in(staff("administrator_of_all", Role.ADMINISTRATOR, tree.street)))):
        sent = client.post(path, {"token": "not-a-token-of-anybody"}, content_type="application/json")
        assert sent.status_code in (401, 403, 404, 405)
        assert client.get(path).status_code in (401, 403, 404, 405)


def test_the_table_has_a_row_for_every_role():
    assert set(ROLES) == set(Role)
