import datetime as dt
import time
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django_scopes import scopes_disabled

from kakou.access.scope import acting_as, acting_as_system
from kakou.audit.models import Event
from kakou.audit.rules import ReasonUnfit
from kakou.kernel.errors import NotAllowed, NotFound
from kakou.kernel.ids import new_id
from kakou.people import actions, queries
from kakou.people.actions import AlreadyKnown, NewPerson, NewVehicle, PeopleRefused
from kakou.people.events import on_subjects_changed
from kakou.people.models import Person, SearchKey, Vehicle
from kakou.people.rules import (
    Category,
    DocumentRefused,
    Facts,
    PlateRefused,
    Special,
    check_document,
    parse_plate,
)
from kakou.people.rules.documents import check_digit

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
NUMBER = "11010519491231002X"
WIDE = "１１０１０５１９４９１２３１００２Ｘ"
NOT_HER = ["", " ", "s", "xy", "9999", "王", "110105194912310021", "13900001234", "\x00", "x" * 500]
FACTS = Facts("单 雯", ("10", NUMBER), "138 0000 1234", "江苏省徐州市睢宁县八一路3号")


def resident_number(serial):
    body = f"320324{dt.date(1940, 1, 1) + dt.timedelta(days=serial // 100):%Y%m%d}{serial % 100:03}"
    return body + check_digit(body)


@pytest.fixture
def person(tree, cast, at):
    with acting_as(cast.worker):
        return actions.add_person(
            NewPerson(tree.garden.pk, FACTS, Category.RESIDENT_REGISTERED, frozenset({Special.ELDERLY})),
            by=cast.worker,
            at=at,
        )


@pytest.mark.parametrize(
    "typed",
    [
        "sw",
        "dw",
        "cw",
        "SW",
        "002x",
        "1234",
        NUMBER.lower(),
        "１１０１０５１９４９１２３１００２Ｘ",
        "+86 13800001234",
        "13800001234",
        "单雯",
        " 单　雯",
    ],
)
def test_it_is_found_by_what_a_clerk_types_and_shown_masked(person, cast, typed):
    with acting_as(cast.recorder):
        assert queries.search(typed) == []  # registered at the compound, and the recorder sees the gate only
    with acting_as(cast.commander):
        [shown] = queries.search(typed)
    assert shown.id == person.pk
    assert (shown.name, shown.document, shown.phone) == ("单**", "110105********002X", "138****1234")
    assert shown.address == "江苏省徐州市睢宁县****"
    assert (shown.category, shown.special) == (Category.RESIDENT_REGISTERED, ("elderly",))


@pytest.mark.parametrize(
    "typed", ["", " ", "s", "xy", "9999", "王", "110105194912310021", "13900001234", "\x00", "x" * 500]
)
def test_nothing_else_finds_it(person, cast, typed):
    with acting_as(cast.worker):
        assert queries.search(typed) == []


def test_a_neighbour_finds_nothing_and_nothing_is_there(person, cast):
    with acting_as(cast.neighbour):
        assert queries.search("sw") == []
        assert queries.shown_many([person.pk]) == {}
        with pytest.raises(NotFound):
            queries.person_at(person.pk)
        with scopes_disabled():
            assert not Person.objects.exists()
            assert not SearchKey.objects.exists()


def test_nothing_of_it_lies_in_the_tables_in_plain_text(person, cast):
    with acting_as(cast.worker), connection.cursor() as cursor:
        cursor.execute("select p::text || k::text from people_person p join people_searchkey k on k.person_id = p.id")
        dump = "".join(row[0] for row in cursor.fetchall())
    for text in ("雯", NUMBER, "13800001234", "八一路", "sw", "1234"):
        assert text.encode().hex() not in dump


def test_a_document_has_one_owner(person, tree, cast, at):
    with acting_as(cast.neighbour), pytest.raises(AlreadyKnown) as refusal:
        actions.add_person(NewPerson(tree.orchard.pk, FACTS), by=cast.neighbour, at=at)
    assert "单" not in str(refusal.value)
    with acting_as(cast.worker), pytest.raises(AlreadyKnown):
        actions.add_person(NewPerson(tree.garden.pk, FACTS), by=cast.worker, at=at)


def test_a_card_of_fifteen_digits_is_the_same_person(tree, cast, at):
    old = "320324490101123"
    body = "32032419490101123"
    with acting_as(cast.worker):
        actions.add_person(NewPerson(tree.garden.pk, Facts("甲", ("10", old))), by=cast.worker, at=at)
        with pytest.raises(AlreadyKnown):
            new = Facts("甲", ("10", body + check_digit(body)))
            actions.add_person(NewPerson(tree.garden.pk, new), by=cast.worker, at=at)


def test_who_may_not_edit_registers_nobody(tree, cast, at):
    for who in (cast.recorder, cast.commander, cast.neighbour, cast.auditor, cast.administrator, cast.stranger):
        with acting_as(who), pytest.raises(NotAllowed):
            actions.add_person(NewPerson(tree.garden.pk, FACTS), by=who, at=at)


def test_of_many_all_or_none_are_taken_and_every_bad_one_is_named(tree, cast, at):
    good, twice = Facts("甲"), Facts("乙", ("10", NUMBER))
    people = [NewPerson(tree.garden.pk, facts) for facts in (good, Facts(""), twice, twice, Facts("丙", ("10", "1")))]
    with acting_as(cast.worker):
        with pytest.raises(PeopleRefused) as refusal:
            actions.add_people(people, by=cast.worker, at=at)
        assert [position for position, _ in refusal.value.problems] == [1, 3, 4]
        assert not Person.objects.exists()
        with pytest.raises(DocumentRefused):
            actions.add_person(people[4], by=cast.worker, at=at)


def test_a_change_is_found_and_the_former_row_is_kept(person, tree, cast, at):
    with acting_as(cast.worker):
        changed = actions.change_person(
            person, NewPerson(tree.east.pk, Facts("解冬", phone="13900005678"), Category.WORKER), by=cast.worker, at=at
        )
        assert changed.pk == person.pk
        assert queries.search("sw") == queries.search("1234") == queries.search(NUMBER) == []
        [shown] = queries.search("xd")
        assert (shown.phone, shown.node_id, shown.document) == ("139****5678", tree.east.pk, "")
        with connection.cursor() as cursor:
            cursor.execute("select node_id, category from people_personevent")
            assert cursor.fetchall() == [(tree.garden.pk, "resident_registered")]


def test_a_reveal_needs_the_permission_and_leaves_its_reason(person, cast, at):
    with acting_as(cast.investigator):
        assert actions.reveal(person, "name", reason="密接排查", by=cast.investigator, at=at) == "单 雯"
        assert actions.reveal(person, "phone", reason="密接排查", by=cast.investigator, at=at) == "+8613800001234"
        with pytest.raises(ReasonUnfit):
            actions.reveal(person, "name", reason="", by=cast.investigator, at=at)
        with pytest.raises(NotFound):
            actions.reveal(person, "document_index", reason="密接排查", by=cast.investigator, at=at)
    for who in (cast.worker, cast.commander, cast.auditor, cast.neighbour):
        with acting_as(who), pytest.raises(NotAllowed):
            actions.reveal(person, "name", reason="密接排查", by=who, at=at)
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")  # as a commit does: what was told enters the chain
    with acting_as(cast.auditor):
        seen = list(Event.objects.filter(action="person.revealed").order_by("seq"))
    assert [(e.subject, e.by, e.facts) for e in seen] == [
        (str(person.pk), cast.investigator.pk, {"field": field, "reason": "密接排查"}) for field in ("name", "phone")
    ]


def test_a_vehicle_is_found_by_plate_and_last_four(tree, cast, at):
    with acting_as(cast.worker):
        vehicle = actions.add_vehicle(NewVehicle(tree.garden.pk, "苏C·1a2B3", lives_here=True), by=cast.worker, at=at)
        for typed in ("苏C1A2B3", "苏c 1a2b3", "a2b3"):
            assert [found.plate for found in queries.search_vehicles(typed)] == ["苏C·***B3"]
        assert queries.search_vehicles("苏C1A2B4") == []
        with pytest.raises(AlreadyKnown):
            actions.add_vehicle(NewVehicle(tree.garden.pk, "苏C1A2B3"), by=cast.worker, at=at)
        with pytest.raises(PlateRefused):
            actions.add_vehicle(NewVehicle(tree.garden.pk, "B-MW 1234"), by=cast.worker, at=at)
        actions.add_vehicle(NewVehicle(tree.garden.pk, "B-MW 1234", other=True), by=cast.worker, at=at)
        key = UUID(bytes=queries.index_of_plate(parse_plate("苏C1A2B3").text))
        assert queries.canonical([key]) == {key: vehicle.pk}


def test_a_key_made_at_the_gate_belongs_to_the_person_who_has_the_document_or_alone_the_phone(person, tree, cast, at):
    by_document = UUID(bytes=queries.index_of_document(check_document("10", NUMBER)))
    by_phone = UUID(bytes=queries.index_of_phone("+8613800001234"))
    with acting_as(cast.worker):
        keys = [by_document, by_phone, person.pk, new_id()]
        assert queries.canonical(keys) == {by_document: person.pk, by_phone: person.pk}
        actions.add_person(NewPerson(tree.garden.pk, Facts("乙", phone="13800001234")), by=cast.worker, at=at)
        assert queries.canonical([by_phone]) == {}
        assert queries.count_residents([tree.garden.pk]) == 1


def test_a_key_that_looks_like_an_id_is_still_a_key(tree, cast, at):
    """A blind index is 16 bytes by chance: one in 64 has the shape of a UUIDv7."""
    plates = (f"苏C{n:05}" for n in range(10_000))
    plate = next(plate for plate in plates if UUID(bytes=queries.index_of_plate(plate)).version == 7)
    with acting_as(cast.worker):
        vehicle = actions.add_vehicle(NewVehicle(tree.garden.pk, plate), by=cast.worker, at=at)
        key = UUID(bytes=queries.index_of_plate(plate))
        assert queries.canonical([key]) == {key: vehicle.pk}
        assert {identity.subject for identity in queries.identities([key])} == {vehicle.pk}


def test_two_subjects_become_one_and_two_again(person, tree, cast, at):
    told = []
    on_subjects_changed(told.append)
    token = new_id()
    with acting_as(cast.worker):
        other = actions.add_person(NewPerson(tree.garden.pk, Facts("乙")), by=cast.worker, at=at)
        first = actions.merge_subjects(other, token, by=cast.worker, at=at)
        second = actions.merge_subjects(person, other.pk, by=cast.worker, at=at)
        assert queries.canonical([token, other.pk]) == {token: person.pk, other.pk: person.pk}
        for keep, subject in [(person, token), (other, person.pk), (person, person.pk)]:
            with pytest.raises(AlreadyKnown):
                actions.merge_subjects(keep, subject, by=cast.worker, at=at)
        actions.part_subjects(second, by=cast.worker, at=at)
        actions.part_subjects(second, by=cast.worker, at=at)
        assert queries.canonical([token, other.pk]) == {token: other.pk}
        with acting_as(cast.neighbour), pytest.raises(NotAllowed):
            actions.part_subjects(first, by=cast.neighbour, at=at)
    assert told == [[token, other.pk], [other.pk, person.pk], [other.pk, person.pk]]


def test_the_database_keeps_a_document_whole(person, cast):
    with acting_as(cast.worker), pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=person.pk).update(document_sealed=None)


def test_search_uses_its_indexes_behind_the_wall(tree, cast, at):
    with acting_as_system():
        facts = [Facts(f"{chr(0x4E00 + n % 5000)}{chr(0x4E00 + n // 7)}") for n in range(3000)]
        actions.add_people([NewPerson(tree.garden.pk, one) for one in facts], by=None, at=at)
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("analyze people_searchkey")
    with acting_as(cast.worker):
        plan = SearchKey.objects.filter(found=1, value=b"x" * 16).explain()
        assert "search_by_value" in plan


@pytest.mark.slow
def test_a_sub_district_is_registered_in_half_a_minute_of_work(tree, at):
    people = [
        NewPerson(
            tree.garden.pk,
            Facts(f"张{chr(0x4E00 + n % 20000)}", ("10", resident_number(n)), f"138{n:08}", "江苏省徐州市睢宁县1号"),
            Category.RESIDENT_REGISTERED,
        )
        for n in range(20_000)
    ]
    with acting_as_system():
        began = time.process_time()
        actions.add_people(people, by=None, at=at)
        took = time.process_time() - began
        assert Person.objects.count() == 20_000
        assert Vehicle.objects.count() == 0
    print(f"20,000 persons in {took:.1f} s of CPU")
    assert took <= 30
