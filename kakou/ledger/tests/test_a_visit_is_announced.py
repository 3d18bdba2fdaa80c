"""Visits and deliveries announced beforehand: six questions, a code to find them by, gone two weeks after their day."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client

from kakou import vault
from kakou.access.rules import Permission
from kakou.access.scope import acting_as_system, acting_for
from kakou.kernel.ids import id_at
from kakou.kernel.time import to_ms
from kakou.ledger.actions.import_rows import store_rows
from kakou.ledger.actions.visits import KEEP, forget_visits
from kakou.ledger.lane.rows import RowMaker, device_row
from kakou.ledger.lane.wire import encode, read_item
from kakou.ledger.models import ExpectedVisit
from kakou.ledger.queries.visits import came_at, told_of
from kakou.ledger.rules import Purpose, SubjectKind
from kakou.ledger.tests.places import code
from kakou.ledger.tests.test_somebody_scans_a_place_code import scan
from kakou.vault.sealing import blind, key_id_of
from tests.canaries import CANARIES, database_leaks, heard, leaks
from tests.cast import AT

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
__all__ = ["code"]
ENGLISH = {"Accept-Language": "en"}
FORM = {"number": "13812345678", "door": "3-2-501", "purpose": str(Purpose.DELIVERY.value),
        "when": "2021-08-10/afternoon", "many": "1"}  # fmt: skip


@pytest.fixture
def browser():
    return Client(headers=ENGLISH)


def announced(browser, code, **form):
    """The page, and the answer to its form."""
    browser.get(f"/p/{code}/visit/")
    return browser.post(f"/p/{code}/visit/", {**FORM, **form})


def code_of(answer):
    return re.search(r'<strong class="mono">([\w-]+)</strong>', answer.content.decode())[1]


def visits():
    with acting_as_system():
        return list(ExpectedVisit.objects.order_by("announced_at", "pk"))


def look(browser, code, last_four="5678", **more):
    return browser.post("/v/", {"code": code, "last_four": last_four, **more})


def test_it_stands_at_the_unit_sealed_and_found_by_blind_index(browser, code, tree):
    answer = announced(browser, code, name="阿卜杜热合曼·买买提")
    assert answer.status_code == 200
    [visit] = visits()
    assert (visit.node_id, visit.subject_kind, visit.purpose) == (
        tree.garden.pk, SubjectKind.PERSON, Purpose.DELIVERY,
    )  # fmt: skip
    assert visit.subject.bytes == blind(vault.store(), "phone", "+8613812345678")
    assert (visit.starts_at, visit.ends_at) == (AT.replace(hour=4, minute=0), AT.replace(hour=10, minute=0))
    assert told_of(visit).name == "阿卜杜热合曼·买买提"
    assert told_of(visit).door == "3-2-501"
    assert visit.due_on == AT.date() + KEEP


def test_a_plate_is_known_as_one(browser, code):
    announced(browser, code, number="苏c·d12345")
    [visit] = visits()
    assert visit.subject_kind == SubjectKind.VEHICLE
    assert visit.subject.bytes == blind(vault.store(), "plate", "苏CD12345")
    assert "苏C" in announced(browser, code, number="苏C12345").content.decode()


def test_code_and_last_four_show_where_it_stands(browser, code):
    answer = announced(browser, code)
    shown = look(browser, code_of(answer))
    said = shown.content.decode()
    assert shown.status_code == 200
    assert "Expected" in said
    assert "138****5678" in said
    assert "Destroyed on" in said
    assert "13812345678" not in said


@pytest.mark.parametrize(("change", "last_four"), [("", "1111"), ("0", "5678")])
def test_without_both_nothing_is_shown(browser, code, change, last_four):
    known = code_of(announced(browser, code))
    wrong = known.replace(known[0], change or known[0], 1) if known[0] != change else "1" + known[1:]
    answer = look(browser, wrong, last_four)
    assert answer.status_code == 422
    assert "There is no visit" in answer.content.decode()


def test_who_tries_last_fours_is_stopped(browser, code):
    known = code_of(announced(browser, code))
    tried = [look(browser, known, f"{number:04}").status_code for number in range(25)]
    assert tried.count(429) == 5
    with time_machine.travel(AT + dt.timedelta(minutes=2), tick=False):
        assert look(browser, known, "0000").status_code == 429  # the code itself rests for the hour


def test_who_announced_it_withdraws_it_once(browser, code):
    known = code_of(announced(browser, code))
    assert "Withdrawn" in look(browser, known, act="withdraw").content.decode()
    [visit] = visits()
    assert visit.withdrawn_at == AT
    again = look(browser, known, act="withdraw").content.decode()
    assert "withdrawn or declined before" in again
    assert visits()[0].withdrawn_at == AT


def test_a_sheet_sent_twice_is_one_visit_and_a_corrected_one_another(browser, code):
    first, second = announced(browser, code), announced(browser, code)
    assert code_of(first) == code_of(second)
    assert len(visits()) == 1
    announced(browser, code, door="3-2-502")
    assert len(visits()) == 2


def test_what_was_withdrawn_is_announced_anew_when_it_is_sent_again(browser, code):
    look(browser, code_of(announced(browser, code)), act="withdraw")
    assert "Expected" in announced(browser, code).content.decode()
    assert len(visits()) == 2


def test_somebody_elses_browser_is_not_shown_the_code_for_the_same_answers(browser, code):
    first, other = announced(browser, code), Client(headers=ENGLISH)
    other.cookies["kakou_sheet"] = str(visits()[0].pk)
    second = announced(other, code)
    assert code_of(first) != code_of(second)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"number": "12"}, "Write a mobile number of 11 digits, or a plate"),
        ({"door": ""}, "This field is required"),
        ({"when": "2021-08-10/morning"}, "Select a valid choice"),  # it is 12:45
        ({"when": "2021-08-17/day"}, "Select a valid choice"),
        ({"many": "21"}, "less than or equal to 20"),
        ({"name": "\u202eevil"}, "turns the direction"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_the_rest_kept(browser, code, form, said):
    answer = announced(browser, code, **form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert visits() == []
    kept = (FORM | form)["number"]
    assert f'value="{kept}"' in page


def test_one_number_announces_no_more_than_five_at_a_unit(browser, code):
    doors = [announced(browser, code, door=f"3-2-50{number}").status_code for number in range(6)]
    assert doors == [200] * 5 + [422]
    assert len(visits()) == 5


def test_whoever_comes_through_the_gate_has_come(browser, code, cast, tree):
    known = code_of(announced(browser, code))
    record(tree.garden_gate, "13812345678", AT)
    assert "Has come" in look(browser, known).content.decode()


def test_a_scan_of_the_place_code_is_no_arrival(browser, code):
    announced(browser, code)
    scan(Client(headers=ENGLISH), code, phone="13812345678")
    assert came_at(visits()) == {}


def test_whoever_passes_at_another_unit_or_another_day_has_not_come(browser, code, tree):
    announced(browser, code)
    record(tree.orchard_gate, "13812345678", AT)
    record(tree.garden_gate, "13812345678", AT + dt.timedelta(days=1))
    assert came_at(visits()) == {}


def test_an_hour_after_its_window_it_did_not_come(browser, code):
    known = code_of(announced(browser, code))
    with time_machine.travel(AT + dt.timedelta(hours=8), tick=False):
        assert "Did not come" in look(browser, known).content.decode()


def test_two_weeks_after_its_day_it_is_destroyed(browser, code, request):
    announced(browser, code)
    request.getfixturevalue("as_worker")
    assert forget_visits(by=None, at=AT + KEEP - dt.timedelta(days=1)) == 0
    assert forget_visits(by=None, at=AT + KEEP) == 1
    assert visits() == []


def test_what_was_destroyed_with_its_key_is_shown_to_nobody(browser, code):
    with time_machine.travel("2031-03-04T02:00Z", tick=False):  # a day whose key no other test needs
        known = code_of(announced(browser, code, when="2031-03-04/day"))
        [visit] = visits()
        assert vault.store().destroy(key_id_of(bytes(visit.sealed)), at=AT)
        assert told_of(visit) is None
        assert look(browser, known).status_code == 422


def test_nothing_of_whoever_is_announced_lies_open_anywhere(browser, code, caplog):
    one, other = CANARIES[1], CANARIES[2]
    with heard() as statements:
        first = announced(browser, code, number=one.phone, name=one.name, door=one.address[-20:])
        second = announced(browser, code, number=other.plate)
        pages = [first.content, second.content, look(browser, code_of(first), one.phone[-4:]).content]
        look(browser, code_of(second), other.plate[-4:], act="withdraw")
    said = b"".join(pages)
    assert not leaks(pages=said, statements=statements.getvalue(), log=caplog.text)
    assert not database_leaks()
    assert len(visits()) == 2


def record(gate, phone, at):
    """A passage in at `gate`, as a phone of that gate brought it."""
    item = read_item(encode({
        "id": str(id_at(to_ms(at), phone.encode())), "seq": 1, "prev_hash": "0" * 64, "at": to_ms(at), "offset": 0,
        "direction": "in", "crossed": True, "subject": {"kind": "person", "phone": phone}, "checks": {},
        "verdict": "admit", "reasons": [], "pack": "cn-2021-08.1",
    }))  # fmt: skip
    row = device_row(RowMaker(vault.store()), item, node=gate.pk, device=1, server_ms=to_ms(at), sent_offset=0)
    with acting_for({Permission.IMPORT_LEDGER: [gate.pk], Permission.SEE_LEDGER: [gate.pk]}):
        assert store_rows([row]).new == 1
