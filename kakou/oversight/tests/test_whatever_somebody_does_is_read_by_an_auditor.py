"""Whatever somebody does has a place, and the auditor of that place reads of it: what has none is read by nobody."""

import ast
import datetime as dt
import json
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

import kakou
from kakou.access.actions import close_account, reset_password
from kakou.access.badges.actions import issue_badge, revoke_badge
from kakou.access.models import Staff
from kakou.access.roster import actions as roster
from kakou.access.roster.actions import Known
from kakou.access.roster.sheets import COLUMNS
from kakou.access.rules import Role
from kakou.access.scope import acting_as
from kakou.people.actions import NewPerson, add_people
from kakou.people.rules import Facts
from kakou.places.geo import Datum
from kakou.places.mapping.geojson import import_shapes
from kakou.places.sheets import import_places
from kakou.tracing.actions.export import note_look
from kakou.web.sheets import write_xlsx
from tests.cast import AT, sign_in, staff

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
PIN = "481627"


@pytest.fixture
def read(district):
    """`read()` → what the auditor of the east reads on the page Audit, in English; `read(who)` what another does."""
    east = staff("east_auditor", Role.AUDITOR, district.tree.east)

    def page(who=east):
        client = Client(headers={"accept-language": "en"})
        sign_in(client, who)
        answer = client.get("/audit/")
        assert answer.status_code == 200
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode().partition("<main")[2]))

    return page


@pytest.fixture
def of_east(district):
    """Who administers the accounts and places of the east."""
    return staff("of_east", Role.ADMINISTRATOR, district.tree.east)


def enter(district, of_east):
    with acting_as(of_east):
        return roster.enter("wang", Known("网格员", district.tree.garden.pk), by=of_east, at=AT).staff


def test_an_account_that_is_made_and_its_new_passwords(district, of_east, read):
    made = enter(district, of_east)
    assert "of_east Made an account 网格员 阳光小区" in read()
    with acting_as(of_east):
        roster.give_password(made, by=of_east, at=AT)  # he has no role yet: he is known at his compound
    assert "of_east Gave a new password 网格员 阳光小区" in read()
    with acting_as(of_east):
        roster.give_password(district.cast.recorder, by=of_east, at=AT)
    assert "of_east Gave a new password recorder" in read()
    assert "Gave a new password" not in read(staff("west_auditor", Role.AUDITOR, district.tree.west))


def test_what_the_owner_of_the_machine_does_to_an_account_of_the_place(district, read):
    reset_password(district.cast.lead, password="another long one 7", forget_factor=True, by=None, at=AT)
    close_account(district.cast.worker, by=None, at=AT)
    page = read()
    assert "Gave a new password lead" in page
    assert "Had a second factor set up anew lead" in page
    assert "Closed an account worker" in page


def test_a_badge_that_is_made_and_one_that_is_revoked(district, read):
    cast = district.cast
    badge, _ = issue_badge(pin=PIN, by=cast.recorder, at=AT)
    with acting_as(cast.lead):
        revoke_badge(badge, by=cast.lead, at=AT)
    assert "recorder Had a badge made" in read()
    assert "lead Revoked a badge" in read()


def test_a_roster_that_goes_out_and_comes_in(district, of_east, read):
    enter(district, of_east)
    client = Client()
    sign_in(client, of_east)
    assert client.get("/staff/roster/sheet/").status_code == 200
    titles = [titles[0] for titles in COLUMNS.values()]
    rows = write_xlsx([["li", "志愿者", "阳光小区", "", "", "", ""]], titles)
    client.post("/staff/roster/import/", {"file": SimpleUploadedFile("r.xlsx", rows)})
    assert Staff.objects.filter(username="li").exists()
    assert "of_east Handed out the roster as a sheet" in read()
    assert "of_east Brought in a roster" in read()


def test_places_that_are_brought_in_and_put_on_the_map(district, read):
    boss = district.cast.administrator  # of the whole street, and yet the auditor of the east reads it
    row = ["小区大门", "侧门", "阳光小区", "设岗"]
    with acting_as(boss):
        import_places(write_xlsx([row], ["类型", "名称", "上级", "状态"]), filename="p.xlsx", by=boss, at=AT)
    assert "administrator Brought in places" in read()
    point = {"type": "Point", "coordinates": [117.953, 33.902]}
    shape = {"type": "Feature", "properties": {"path": "阳光小区"}, "geometry": point}
    with acting_as(boss):
        import_shapes(
            json.dumps(shape, ensure_ascii=False).encode(), datum=Datum.WGS84,
            measured_on=dt.date(2021, 7, 31), by=boss, at=AT,
        )  # fmt: skip
    assert "administrator Brought in where places lie" in read()


def test_people_who_are_registered_at_several_units_at_once(district, read):
    tree, worker = district.tree, district.cast.worker
    new = [NewPerson(node, Facts(name)) for node, name in ((tree.garden.pk, "郑一"), (tree.east.pk, "郑二"))]
    with acting_as(worker):
        add_people(new, by=worker, at=AT)
    assert "worker Registered people" in read()


def test_what_the_ledger_told_of_contacts(district, read):
    who, look = district.cast.investigator, {"since": None, "until": None, "reason": "Asked by the centre of control"}
    note_look("contacts", [district.wang], by=who, at=AT, **look)
    assert "investigator" in read(district.cast.auditor)
    note_look("contacts", [district.li], by=None, at=AT, **look)  # by the owner of the machine: of the whole site
    assert read(district.cast.auditor).count("Asked by the centre of control") == 2


def told_without_a_place():
    """Calls of the source that tell the audit of an act without saying where; what a job forgets at night is everywhere
    at once, and nobody did it."""
    for file in Path(kakou.__file__).parent.rglob("*.py"):
        text = file.read_text("utf-8")
        if "tests" in file.parts or "audit" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
                said = {word.arg: ast.unparse(word.value) for word in node.keywords}
                act = ast.literal_eval(node.args[0]) if isinstance(node.args[0], ast.Constant) else ""
                if said.get("by") != "None" and "node" not in said and not act.endswith("forgotten"):
                    yield f"{file.name}:{node.lineno} {act}"


def test_every_act_in_the_source_says_where_it_was_done():
    assert list(told_without_a_place()) == []
