"""Canaries go through the intake as phones send them, are folded into stays, and are looked for on every page."""

import asyncio
import base64
import json

import pytest
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from kakou.access.scope import acting_as, acting_as_system
from kakou.config.wiring import folds
from kakou.kernel.time import now
from kakou.ledger.lane.app import Lane
from kakou.ledger.lane.tests.gates import Phone, batch, connect_to_test_database, post
from kakou.ledger.models import Passage
from kakou.ledger.tests.gatework import fold_all
from kakou.people import actions
from kakou.people.actions import NewPerson, NewVehicle
from kakou.people.models import Person
from kakou.people.rules import Category, Facts
from kakou.places.models import Entrance, Unit
from kakou.places.rules import EntranceKind, UnitKind
from kakou.screening.actions.passes import NewPass, issue_pass
from kakou.screening.models import FeverCase, Pass, SpotAudit
from kakou.screening.models.passes import PassKind
from kakou.vault.keys import KeyStore
from kakou.workorders.models import WorkOrder
from tests.canaries import CANARIES, database_leaks, heard, leaks
from tests.cast import enrol, sign_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
KNOWN, STRANGERS = CANARIES[:4], CANARIES[4:]


@pytest.fixture
def gate(tree, cast, at):
    """A compound with its gate, where the first four canaries and their vehicles are registered."""
    with acting_as_system():
        unit = Unit.objects.create(node=tree.garden, kind=UnitKind.COMPOUND, name="花园")
        kind = EntranceKind.COMPOUND_GATE
        Entrance.objects.create(node=tree.garden_gate, unit=unit, name="东门", kind=kind, state="staffed")
    facts = [Facts(one.name, ("10", one.document), one.phone, one.address) for one in KNOWN]
    with acting_as(cast.secretary):
        new = [NewPerson(tree.garden.pk, each, Category.RESIDENT_REGISTERED) for each in facts]
        actions.add_people(new, by=cast.secretary, at=at)
        actions.add_vehicles([NewVehicle(tree.garden.pk, one.plate) for one in KNOWN], by=cast.secretary, at=at)
        for one, person in zip(KNOWN, Person.objects.order_by("pk"), strict=True):
            card = NewPass(
                PassKind.RESIDENT, one.address, at.date(), None
            )  # whoever writes an address on the line of the door
            issue_pass(person, card, by=cast.secretary, at=at)
    return tree.garden_gate


def subjects(one):
    """Every way in which a gate may come to know somebody."""
    document = {"kind": "10", "no": one.document}
    yield {"kind": "person", "document": document, "phone": one.phone, "name": one.name}
    yield {"kind": "person", "phone": one.phone}
    yield {"kind": "vehicle", "plate": one.plate}


def items(phone):
    """Good ones, one let in with a free text that names somebody, and bad ones that go to quarantine whole."""
    for one in CANARIES:
        for subject in subjects(one):
            yield phone.item(subject=subject)
    one = CANARIES[0]
    person = next(subjects(one))
    yield phone.item(subject=person, verdict="hold", override=f"{one.name} {one.phone} 由书记担保")
    yield phone.item(subject=person, verdict="hold", crossed=False, checks={"temperature": 385})  # opens a fever
    yield phone.item(
        subject={"kind": "vehicle", "plate": one.plate},
        who="driver",
        aboard=2,
        goods=f"{one.name}的包裹",
        receiver=one.name,
    )
    yield phone.item(subject=person, stays=[{"code": "320324", "from": "2021-08-01", "to": "2021-08-02"}])
    yield phone.item(subject=person, checks={"temperature": 999})
    yield phone.item(subject=person | {"kind": "vehicle"})
    yield phone.item(subject=person).replace(b'"pack":"test"', b'"pack":7')
    yield phone.item(subject={"kind": "person", "document": {"kind": "10", "no": one.document[:17] + "Q"}})


def upload(phone, *bodies):
    async def go():
        lane = Lane()
        await lane.start(connect_to_test_database(), KeyStore.create(settings.KEYS))
        await asyncio.wait_for(lane.devices.loaded.wait(), 10)
        try:
            return [await post(lane, phone.token, body) for body in bodies]
        finally:
            await lane.stop()

    return asyncio.run(go())


def sent(gate, cast):
    """Everything uploaded, once more with another body under the same id, and once by a phone of another time."""
    phone = Phone(enrol(cast.lead, gate)[1])
    made = list(items(phone))
    other = [made[0].replace(b'"in"', b'"out"')]
    return upload(phone, batch(made), batch(other), batch(made[:3], contract=99), b"{" + made[0], batch(made)[:-1])


def keep_up(at):
    """All that the worker makes of it."""
    fold_all(at)
    for fold in folds():
        while fold.run(at):
            pass
        assert not fold.failures, fold.name


def pages(**things):
    """Every address of a page that can be read, with every value it can be asked for."""
    for name in sorted(str(name) for name in names_of(get_resolver())):
        for arguments in ({}, *({what: one} for what, some in things.items() for one in some)):
            try:
                yield reverse(name, kwargs=arguments)
            except NoReverseMatch:
                continue


def names_of(resolver, space=""):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from names_of(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif pattern.name:
            yield space + pattern.name


def test_what_a_phone_sends_lies_nowhere_in_plain_text(gate, cast, as_worker, capsys):
    answers = sent(gate, cast)
    assert [status for status, _, _ in answers] == [200, 200, 200, 422, 422]
    results = [item["result"] for item in answers[0][2]["items"]]
    assert results.count("stored") == 3 * len(CANARIES) + 4
    assert results.count("quarantined") == 4
    with heard() as statements:
        keep_up(now())
    assert not leaks(answers=json.dumps([content for _, _, content in answers], ensure_ascii=False))
    assert not leaks(statements=statements.getvalue(), said="".join(capsys.readouterr()))
    assert not database_leaks()


def test_no_page_shows_a_canary_to_anybody(gate, cast, as_worker):
    sent(gate, cast)
    keep_up(now())
    with acting_as_system():
        known = dict(Passage.objects.values_list("sealed", "subject").order_by("recorded_at", "seq")[:3]).values()
        orders = WorkOrder.objects.values_list("pk", flat=True)[:3]
        fevers = list(FeverCase.objects.values_list("pk", flat=True))
        assert fevers
        addresses = list(
            pages(
                subject=[*known, *Person.objects.values_list("pk", flat=True)[:2]],
                order=list(orders),
                case=fevers,
                passage=list(SpotAudit.objects.values_list("pk", flat=True)[:2]),
                id=list(Pass.objects.values_list("pk", flat=True)),
            )
        )
    for who in ("commander", "secretary", "investigator", "recorder"):
        client = Client(headers={"Accept-Language": "zh-hans"})
        sign_in(client, getattr(cast, who))
        shown = [address for address in addresses if is_quiet(client.get(address, {"node": gate.pk}), address)]
        assert len(shown) > 3, who
        for one in CANARIES:
            for words in (one.document[-4:], one.phone[-4:], one.plate[-4:]):
                assert is_quiet(client.post(reverse("ledger:search"), {"q": words}), "search") or who == "recorder"


def is_quiet(answer, address):
    """True for a page that was shown; whatever the answer, no canary may be in it."""
    if answer.streaming:
        return False
    assert not leaks(**{address: answer.content + repr(sorted(answer.headers.items())).encode()})
    return answer.status_code == 200


def test_no_door_of_the_phones_tells_or_logs_a_canary(gate, cast, capsys):
    client = Client(headers={"authorization": f"Bearer {enrol(cast.lead, gate)[1]}"})
    one, asked = CANARIES[0], {"content_type": "application/json"}
    with heard() as statements:
        answers = [
            client.get("/api/gate/bundle"),
            client.get("/api/gate/bundle/list"),
            client.post("/api/gate/bundle/parts", {"names": ["roster", "people", "people/0", "place"]}, **asked),
            client.get("/api/gate/past"),
            client.get("/api/gate/fever"),
            client.post("/api/gate/passes/check", {"text": one.document}, **asked),
            client.post(
                "/api/gate/codes/ask",
                {"look": "health", "document_kind": "10", "document_no": one.document, "name": one.name},
                **asked,
            ),
        ]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 200, 422, 503]
    told = [answer.content.decode() for answer in answers]
    told += [base64.urlsafe_b64decode(f"{told[0].split('.')[1]}==").decode()]
    assert not leaks(answers="".join(told), statements=statements.getvalue(), said="".join(capsys.readouterr()))
