"""What is told to the register is nowhere in plain text but where somebody revealed it with a reason."""

import json
import logging

import pytest
from click.testing import CliRunner
from django.db import connection, transaction

from kakou.access.scope import acting_as, acting_as_system
from kakou.audit.models import Event
from kakou.kernel.errors import Refusal
from kakou.ledger.management.importing import import_file
from kakou.people import actions, queries
from kakou.people.actions import NewPerson, NewVehicle
from kakou.people.models import Person
from kakou.people.rules import Category, Facts
from kakou.web.sheets import write_csv
from tests.canaries import CANARIES, SEED, canary, database_leaks, heard, leaks

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def facts(one):
    return Facts(one.name, ("10", one.document), one.phone, one.address)


def registered(tree, cast, at):
    """All canaries in the register: added, changed once, and tried twice in vain."""
    new = [NewPerson(tree.garden.pk, facts(one), Category.RESIDENT_REGISTERED) for one in CANARIES]
    with acting_as(cast.secretary):
        people = actions.add_people(new, by=cast.secretary, at=at)
        actions.add_vehicles([NewVehicle(tree.garden.pk, one.plate) for one in CANARIES], by=cast.secretary, at=at)
        actions.change_person(people[0], new[0], by=cast.secretary, at=at)
    for one in CANARIES:
        with pytest.raises(Refusal) as refused, acting_as(cast.secretary):
            actions.add_person(NewPerson(tree.garden.pk, facts(one)), by=cast.secretary, at=at)
        assert not leaks(refusal=f"{refused.value} {refused.value.params}")
    return people


def test_the_register_holds_no_plain_text_and_sends_none_to_the_database(tree, cast, at, caplog):
    caplog.set_level(logging.DEBUG)
    with heard() as statements:
        people = registered(tree, cast, at)
        with acting_as(cast.commander):
            for one in CANARIES:
                for text in (one.name, one.document, one.phone, one.document[-4:]):
                    assert queries.search(text)
                assert queries.search_vehicles(one.plate)
            shown = repr(queries.shown_many([person.pk for person in people]))
    assert not leaks(statements=statements.getvalue(), log=caplog.text, shown=shown, rows=repr(people))
    assert not database_leaks()


def test_a_reveal_shows_one_field_and_leaves_its_reason(tree, cast, at):
    people = registered(tree, cast, at)
    with acting_as(cast.investigator):
        said = actions.reveal(people[0], "phone", reason="流调：联系密接", by=cast.investigator, at=at)
    assert leaks(said=said) == ["said: phone of canary 0 as plain text"]
    event = Event.objects.using("owner").get(action="person.revealed")
    assert (event.by, event.subject, event.node) == (cast.investigator.pk, str(people[0].pk), tree.garden.pk)
    assert event.facts == {"field": "phone", "reason": "流调：联系密接"}
    assert not database_leaks()


def test_an_error_in_the_middle_tells_nothing(tree, cast, at, caplog):
    caplog.set_level(logging.DEBUG)
    one = canary(SEED + 99)
    with pytest.raises(Exception) as wrong, acting_as_system(), transaction.atomic():
        person = actions.add_person(NewPerson(tree.garden.pk, facts(one)), by=None, at=at)
        Person.objects.filter(pk=person.pk).update(category="nobody")  # breaks a constraint: its row is in the message
    assert not leaks(canaries=[one], message=str(wrong.value), log=caplog.text)


def test_the_look_out_would_notice_a_field_that_is_not_sealed(tree, cast, at, monkeypatch):
    for module in ("registering", "rows"):
        monkeypatch.setattr(f"kakou.people.actions.{module}.seal", lambda store, *, plain, **place: plain)
    with acting_as(cast.secretary), connection.cursor():
        actions.add_person(NewPerson(tree.garden.pk, facts(CANARIES[0])), by=cast.secretary, at=at)
    found = database_leaks()
    assert {told.split(" as ")[0] for told in found} >= {
        f"dump: {what} of canary 0" for what in ("name", "document", "phone", "address")
    }


PEOPLE = """
version = 1
source = "old register"
[time]
columns = ["time"]
formats = ["%Y-%m-%d %H:%M"]
zone = "Asia/Shanghai"
[subject]
kind = "person"
document = "document"
phone = "phone"
name = "name"
[gate]
column = "gate"
[direction]
column = "way"
values = { in = ["in"], out = ["out"] }
[[units]]
name = "Garden"
gates = ["east"]
"""
VEHICLES = PEOPLE.replace(
    '"person"\ndocument = "document"\nphone = "phone"\nname = "name"', '"vehicle"\nplate = "plate"'
)
TITLES = ["time", "document", "phone", "name", "plate", "gate", "way"]


def sheet(folder, ways=("in", "out"), spoil=""):
    """An old gate register with every canary in it, as a file."""
    rows = [
        [f"2021-08-0{day} 08:{n:02}", one.document + spoil, one.phone + spoil, one.name, one.plate + spoil, "east", way]
        for n, one in enumerate(CANARIES)
        for day, way in enumerate(ways, 1)
    ]
    file = folder / f"register{spoil}.csv"
    file.write_bytes(write_csv(rows, TITLES))
    return file


@pytest.mark.parametrize("mapping", [PEOPLE, VEHICLES], ids=["people", "vehicles"])
def test_an_imported_register_is_nowhere_in_plain_text(mapping, tmp_path, caplog, as_worker):
    caplog.set_level(logging.DEBUG)
    (tmp_path / "map.toml").write_text(mapping, "utf-8")
    words = [str(sheet(tmp_path, ways=["in"])), "--mapping", str(tmp_path / "map.toml"), "--make-places", "--json"]
    with heard() as statements:
        told = CliRunner().invoke(import_file, words)
    assert told.exit_code == 0, f"{told.output} {told.exception!r}"
    assert json.loads(told.stdout)["stored"] == len(CANARIES)
    assert not leaks(statements=statements.getvalue(), log=caplog.text, told=told.output)
    assert not database_leaks()


@pytest.mark.parametrize("mapping", [PEOPLE, VEHICLES], ids=["people", "vehicles"])
def test_a_register_full_of_mistakes_is_refused_without_repeating_a_number(mapping, tmp_path, caplog, as_worker):
    (tmp_path / "map.toml").write_text(mapping, "utf-8")
    words = [str(sheet(tmp_path, spoil="?#")), "--mapping", str(tmp_path / "map.toml"), "--make-places"]
    told = CliRunner().invoke(import_file, words)
    assert told.exit_code == 2
    assert not leaks(told=told.output, log=caplog.text)
    assert not database_leaks()
