import datetime as dt
import hashlib

import pytest
from django.db import connections

from kakou.access.actions import create_staff, grant_role
from kakou.access.models import Node
from kakou.access.rules import Role
from kakou.access.scope import acting_as, acting_as_system
from kakou.audit.models import Event
from kakou.kernel.errors import NotAllowed
from kakou.kernel.ids import ms_of
from kakou.kernel.time import to_ms
from kakou.ledger.actions.import_places import PlacesMissing
from kakou.ledger.actions.importing import Order, import_readings
from kakou.ledger.models import ImportBatch, Passage
from kakou.ledger.rules import Clock
from kakou.ledger.sheets import load_mapping, read_passages
from kakou.people.models import Vehicle
from kakou.people.queries import canonical
from kakou.places.actions import add_unit
from kakou.places.models import Entrance, Unit
from kakou.places.rules import UnitKind
from kakou.web.sheets import Problems, read_sheet, write_csv

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
TITLES = ["t", "car", "gate", "type"]
MAPPING = """
version = 1
source = "test"
[time]
columns = ["t"]
formats = ["%Y-%m-%d %H:%M:%S"]
zone = "UTC"
[subject]
kind = "vehicle"
id = "car"
[gate]
column = "gate"
[[units]]
name = "Park"
rule = "alternate"
gates = ["east", "west"]
readers = ["camera"]
[[units]]
name = "Base"
inside = "Park"
rule = "home"
gates = ["base"]
home_of = { column = "type", values = ["2P"] }
"""
ROWS = [
    ["2025-05-01 08:00:00", "c1", "east", "1"],
    ["2025-05-01 08:10:00", "c1", "camera", "1"],
    ["2025-05-01 09:00:00", "c1", "west", "1"],
    ["2025-05-02 07:00:00", "p1", "base", "2P"],
    ["2025-05-02 17:00:00", "p1", "base", "2P"],
]
DIRECTION = {1: "in", 2: "out", 3: "through"}


def carry(rows=ROWS, mapping=MAPPING, by=None, **more):
    data = write_csv(rows, TITLES)
    problems, parsed = Problems(), load_mapping(mapping)
    readings = read_passages(read_sheet(data, filename="a.csv"), parsed, now_ms=to_ms(AT), problems=problems)
    problems.refuse_if_any()
    order = Order(parsed, mapping, "a.csv", hashlib.sha256(data).digest(), **({"make_places": True} | more))
    return import_readings(readings, order, by=by, at=AT)


def passages():
    with acting_as_system():
        names = dict(Entrance.objects.values_list("node_id", "name"))
        rows = Passage.objects.order_by("happened_at").values_list("happened_at", "node_id", "direction")
        return [(at.strftime("%d %H:%M"), names[node], DIRECTION[way]) for at, node, way in rows]


def test_it_makes_the_places_and_stores_every_row_in_order():
    done = carry()
    assert (done.rows, done.stored, done.present, done.subjects) == (5, 5, 0, 2)
    assert passages() == [
        ("01 08:00", "east", "in"), ("01 08:10", "camera", "through"), ("01 09:00", "west", "out"),
        ("02 07:00", "base", "out"), ("02 17:00", "base", "in"),
    ]  # fmt: skip
    with acting_as_system():
        stored = Passage.objects.order_by("happened_at").first()
        assert ms_of(stored.id) == to_ms(stored.happened_at)
        assert (stored.device_id, stored.recorded_at, stored.subject_kind) == (None, AT, 2)
        assert (stored.seq, stored.prev_hash) == (None, None)
        assert Clock.IMPORTED in Clock(stored.clock)
        batch = ImportBatch.objects.get()
        assert str(batch.pk) == done.batch
        assert (batch.rows, batch.source, batch.imported_by) == (5, "test", None)
        assert Unit.objects.get(node_id=batch.node_id).name == "Park"
    event = Event.objects.using("owner").get(action="ledger.imported")
    assert event.facts["stored"] == 5


def test_the_same_file_again_and_any_part_of_it_adds_nothing():
    carry()
    before = passages()
    again = carry()
    assert (again.stored, again.present, again.differing) == (0, 5, 0)
    assert carry(ROWS[3:]).stored == 0
    more = carry([*ROWS, ["2025-05-03 08:00:00", "c2", "east", "1"]])
    assert (more.stored, more.present) == (1, 5)
    assert passages()[:5] == before


def test_equal_rows_are_kept_apart():
    assert carry([ROWS[0], ROWS[0]]).stored == 2
    assert carry([ROWS[0]]).present == 1


def test_a_direction_that_comes_out_otherwise_is_counted_and_not_changed():
    carry()
    before = passages()
    done = carry([["2025-05-01 07:00:00", "c1", "east", "1"], *ROWS])
    assert (done.stored, done.present, done.differing) == (1, 5, 1)
    assert passages()[1:] == before


def test_a_later_file_goes_on_where_the_earlier_one_ended():
    assert carry(ROWS[:2]).stored == 2
    assert carry(ROWS[2:4]).stored == 2
    assert carry(ROWS[4:]).stored == 1
    assert passages() == [
        ("01 08:00", "east", "in"), ("01 08:10", "camera", "through"), ("01 09:00", "west", "out"),
        ("02 07:00", "base", "out"), ("02 17:00", "base", "in"),
    ]  # fmt: skip
    again = carry()
    assert (again.present, again.differing) == (5, 0)


def test_a_dry_run_leaves_nothing():
    done = carry(dry_run=True)
    assert (done.stored, done.batch) == (5, None)
    with acting_as_system():
        assert not Passage.objects.exists()
        assert not Unit.objects.exists()
        assert not Vehicle.objects.exists()
    assert not Event.objects.using("owner").filter(action="ledger.imported").exists()


def test_without_make_places_it_names_the_unit_and_the_entrance_that_are_missing():
    with pytest.raises(PlacesMissing, match="no unit “Park”"):
        carry(make_places=False)
    with acting_as_system():
        add_unit(kind=UnitKind.PLACE, parent=None, name="Park", by=None, at=AT)
    with pytest.raises(PlacesMissing, match="“Park” has no entrance “east”"):
        carry(make_places=False)
    assert passages() == []
    assert carry().stored == 5


def test_who_lives_there_is_registered_once_and_at_home():
    carry()
    carry()
    with acting_as_system():
        vehicle = Vehicle.objects.get()
        subject = Passage.objects.order_by("-happened_at").first().subject
        assert canonical([subject]) == {subject: vehicle.pk}
        assert vehicle.lives_here
        assert Unit.objects.get(node_id=vehicle.node_id).name == "Base"


def test_under_a_unit_the_places_are_made_inside_it():
    with acting_as_system():
        add_unit(kind=UnitKind.STREET, parent=None, name="Street", by=None, at=AT)
    carry(under="Street")
    with acting_as_system():
        park = Unit.objects.get(name="Park")
        assert Unit.objects.get(node_id=park.node.parent_id).name == "Street"


def secretary(node: int):
    made = create_staff(username="secretary", password=None, by=None, at=AT)
    grant_role(staff=made, role=Role.COMMUNITY_SECRETARY, node=Node.objects.get(pk=node), by=None, at=AT)
    return made


def test_an_account_imports_within_what_it_may_and_nowhere_else():
    carry(ROWS[:1])
    with acting_as_system():
        nodes = dict(Unit.objects.values_list("name", "node_id"))
    at_park = secretary(nodes["Park"])
    assert carry(by=at_park, make_places=False).stored == 4
    with acting_as(at_park):
        assert ImportBatch.objects.filter(imported_by=at_park.pk).count() == 1


def test_an_administrator_imports_passages_that_he_may_not_see():
    carry(ROWS[:1])
    with acting_as_system():
        park = Unit.objects.get(name="Park").node_id
    admin = create_staff(username="admin", password=None, by=None, at=AT)
    grant_role(staff=admin, role=Role.ADMINISTRATOR, node=Node.objects.get(pk=park), by=None, at=AT)
    done = carry(by=admin, make_places=False)
    assert (done.stored, done.present, done.differing) == (4, 1, 0)
    with acting_as(admin):
        assert not Passage.objects.exists()


def test_a_stranger_finds_no_unit_to_import_into():
    carry(ROWS[:1])
    stranger = create_staff(username="stranger", password=None, by=None, at=AT)
    with pytest.raises(PlacesMissing):
        carry(by=stranger, make_places=False)


def test_who_sees_the_gates_but_may_not_import_is_refused():
    carry(ROWS[:1])
    with acting_as_system():
        park = Unit.objects.get(name="Park").node_id
    worker = create_staff(username="worker", password=None, by=None, at=AT)
    grant_role(staff=worker, role=Role.COMMUNITY_WORKER, node=Node.objects.get(pk=park), by=None, at=AT)
    with pytest.raises(NotAllowed):
        carry(by=worker, make_places=False)
    assert len(passages()) == 1


def test_a_crash_in_the_middle_stores_no_passage(monkeypatch):
    from kakou.ledger.actions import import_rows

    monkeypatch.setattr(import_rows, "STRETCH", 2)
    with pytest.raises(KeyboardInterrupt):
        carry_with(progress=stop_after(4))
    assert passages() == []
    assert carry().stored == 5


def stop_after(count):
    def progress(done):
        if done >= count:
            raise KeyboardInterrupt

    return progress


def carry_with(progress):
    data = write_csv(ROWS, TITLES)
    parsed = load_mapping(MAPPING)
    readings = read_passages(read_sheet(data, filename="a.csv"), parsed, now_ms=to_ms(AT), problems=Problems())
    order = Order(parsed, MAPPING, "a.csv", b"\0" * 32, make_places=True)
    return import_readings(readings, order, by=None, at=AT, progress=progress)


def test_every_day_of_the_file_has_a_partition_of_its_own():
    carry()
    with connections["owner"].cursor() as cursor:
        cursor.execute("select distinct tableoid::regclass::text from ledger_passage order by 1")
        assert [name for (name,) in cursor.fetchall()] == ["ledger_passage_20250501", "ledger_passage_20250502"]
