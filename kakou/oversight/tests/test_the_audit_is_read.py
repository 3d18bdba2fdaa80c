"""An auditor reads who did and who saw what: within his places, by kind and by account, without anybody's record."""

import ast
import re
from pathlib import Path

import pytest
from django.test import Client

import kakou
from kakou.access.actions import end_grant
from kakou.access.models import Grant
from kakou.access.rules import Role
from kakou.access.scope import acting_as
from kakou.ledger.desk.states import Act
from kakou.oversight.pages import ACTS
from kakou.oversight.rules import Drawer, drawer_of
from kakou.people.actions import reveal
from kakou.people.queries import person_at
from kakou.screening.rules.fever import FeverStep
from kakou.tracing.rules.names import ReleaseState
from kakou.tracing.rules.standing import Move
from kakou.workorders.rules import StepKind
from tests.cast import AT, enrol, sign_in, staff

BY_ITSELF = (StepKind.OPENED, StepKind.ESCALATED, StepKind.CAME_LATE)  # its steps tell it
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def read(district):
    """`read(query, who)` → the page in English, as text."""

    def page(query="", who=district.cast.auditor):
        client = Client(headers={"accept-language": "en"})
        sign_in(client, who)
        answer = client.get(f"/audit/{query}")
        assert answer.status_code == 200
        main = re.search(r"<table>.*</table>|<div class=\"empty\">.*", answer.content.decode(), re.S)[0]
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))

    return page


@pytest.fixture
def done(district):
    """The secretary looked at a phone number and enrolled a phone; the administrator took a role back."""
    cast, tree = district.cast, district.tree
    with acting_as(cast.secretary):
        reveal(person_at(district.wang), "phone", reason="Called about a missing exit", by=cast.secretary, at=AT)
    with acting_as(cast.neighbour):
        enrol(cast.neighbour, tree.orchard_gate, "果园一号机")
    with acting_as(cast.administrator):
        end_grant(Grant.objects.get(staff=cast.enterprise), by=cast.administrator, at=AT)


def test_it_tells_who_saw_whom_and_why_but_not_whom(read, done, district):
    page = read("?kind=looks")
    assert "secretary Unmasked a person Phone number Called about a missing exit 阳光小区" in page
    assert "王" not in page
    assert "Enrolled" not in page


def test_it_names_phones_and_accounts(read, done):
    assert "Enrolled a phone 果园一号机 果园村 · 村口" in read("?kind=phones")
    assert "administrator Took a role back enterprise Enterprise officer 阳光小区" in read("?kind=staff")


def test_it_is_narrowed_to_a_place_and_to_an_account(read, done, district):
    assert "果园一号机" not in read(f"?place={district.tree.east.pk}")
    only = read(f"?who={district.cast.secretary.pk}")
    assert "Unmasked" in only
    assert "Took a role back" not in only
    assert "Nothing of this kind" in read(f"?who={district.cast.recorder.pk}&kind=looks")


def test_an_auditor_of_one_community_sees_no_other(read, done, district):
    west = staff("west_auditor", Role.AUDITOR, district.tree.west)
    page = read("", who=west)
    assert "果园一号机" in page
    assert "Unmasked" not in page


TELLERS = {"audit.record", "record_list", "_record", "_tell"}
# an act that is put together as it happens, and all that may become of it
MADE = {
    "f'order.{kind.value}'": {f"order.{kind.value}" for kind in StepKind if kind not in BY_ITSELF},
    "f'quarantine.{act.value}'": {f"quarantine.{act.value}" for act in (Act.ENTER, Act.DISCARD, Act.UNDO)},
    "f'fever.{kind.value}'": {f"fever.{step.value}" for step in FeverStep},
    "f'involved.{move.value}'": {f"involved.{move.value}" for move in Move},
    "f'names.{state.value}'": {f"names.{state.value}" for state in ReleaseState},
    "f'{kind}.revealed'": {"person.revealed", "vehicle.revealed"},
}


def recorded():
    """Every act that the code tells the audit, read from the calls themselves."""
    found = set()
    for file in (Path(kakou.__file__).parent).rglob("*.py"):
        text = file.read_text("utf-8")
        if "tests" in file.parts or "audit" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and node.args and ast.unparse(node.func) in TELLERS:
                for act in either(node.args[0]):
                    if isinstance(act, ast.Constant):
                        found.add(act.value)
                    elif isinstance(act, ast.JoinedStr):
                        found |= MADE[ast.unparse(act)]
    return found


def either(act):
    """One act, or one of two."""
    return (act.body, act.orelse) if isinstance(act, ast.IfExp) else (act,)


def test_every_act_that_is_recorded_has_words_and_lies_in_a_drawer():
    assert recorded() == set(ACTS)
    assert {action for action in ACTS if drawer_of(action) is None} == set()


def test_a_look_is_a_look_and_no_change_of_a_record():
    assert drawer_of("person.revealed") is Drawer.LOOKS
    assert drawer_of("person.changed") is Drawer.RECORDS
    assert drawer_of("people.searched") is Drawer.LOOKS
    assert drawer_of("people.added") is Drawer.RECORDS
    assert drawer_of("weather.changed") is None
