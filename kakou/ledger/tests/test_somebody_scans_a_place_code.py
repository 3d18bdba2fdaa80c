"""场所码: whoever scans it tells that he was there; it is stored like every other passage, and nobody checked it."""

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client

from kakou import vault
from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.errors import NotAllowed
from kakou.ledger.actions.checks import fold_checks
from kakou.ledger.actions.place_codes import cancel_code
from kakou.ledger.lane.rows import unsealed
from kakou.ledger.models import Passage, Stay
from kakou.ledger.rules import Clock, Direction, SubjectKind
from kakou.ledger.stays import StayState
from kakou.ledger.stays.rows import STATES
from kakou.ledger.tests.gatework import Crossing, fold_all, upload
from kakou.ledger.tests.places import code, code_at, garden
from kakou.places.models import Entrance, Unit
from kakou.screening.rules import Verdict
from kakou.vault.sealing import blind
from kakou.workorders.models import WorkOrder
from tests.canaries import CANARIES, database_leaks, heard, leaks
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
PHONE = "138 1234 5678"
__all__ = ["code"]
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def browser():
    return Client(enforce_csrf_checks=True, headers=ENGLISH)


def scan(browser, code, **form):
    """As a browser does it: the page, then its form."""
    page = browser.get(f"/p/{code}/")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())[1]
    return browser.post(f"/p/{code}/", {"csrfmiddlewaretoken": token, "phone": PHONE, **form})


def passages():
    with acting_as_system():
        return list(Passage.objects.order_by("happened_at"))


def test_it_is_a_passage_of_direction_through_that_nobody_judged(browser, code, tree):
    answer = scan(browser, code, name="王小明")
    assert answer.status_code == 200
    [passage] = passages()
    assert (passage.direction, passage.crossed, passage.verdict) == (Direction.THROUGH, True, Verdict.NONE)
    assert (passage.node_id, passage.subject_kind) == (tree.garden_gate.pk, SubjectKind.PERSON)
    assert (passage.device_id, passage.seq, passage.prev_hash) == (None, None, None)
    assert (passage.pack, passage.clock) == ("place_code", Clock.SCANNED)
    assert passage.happened_at == AT
    told = unsealed(vault.store(), passage.pk, bytes(passage.sealed))
    assert (told.subject.name, told.subject.phone) == ("王小明", "+8613812345678")


def test_the_page_says_where_when_and_that_nobody_checked(browser, code):
    said = scan(browser, code).content.decode()
    assert "花园小区 东门" in said
    assert "2021-08-10 12:45:00" in said
    assert "Nobody checked it." in said
    assert "2021-11-08" in said  # until when it is kept


def test_the_same_number_within_a_minute_is_one_passage(browser, code):
    scan(browser, code)
    with time_machine.travel(AT + dt.timedelta(seconds=50), tick=False):
        again = scan(browser, code, phone="+86 138-1234-5678")
    assert "it counts once" in again.content.decode()
    assert len(passages()) == 1
    with time_machine.travel(AT + dt.timedelta(seconds=61), tick=False):
        scan(browser, code)
        scan(browser, code, phone="13900001111")
    assert len(passages()) == 3


def test_two_touches_at_once_are_one_passage(code):
    def touch(_):
        try:
            return scan(Client(enforce_csrf_checks=True, headers=ENGLISH), code).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as several:
        assert set(several.map(touch, range(4))) == {200}
    assert len(passages()) == 1


def test_a_wrong_number_is_told_beside_its_field_and_stores_nothing(browser, code):
    answer = scan(browser, code, phone="12345", name="王小明")
    assert answer.status_code == 422
    said = answer.content.decode()
    assert "A mobile number has 11 digits" in said
    assert 'value="12345"' in said
    assert 'value="王小明"' in said
    assert "autofocus" in said  # on the summary: heard at once, without a script
    assert passages() == []


def test_a_cancelled_code_is_refused_and_so_is_one_that_never_was(browser, code, cast, tree):
    with acting_as(cast.secretary):
        cancel_code(node=tree.garden_gate.pk, by=cast.secretary, at=AT)
    for gone in (code, "0123456789ab", "short"):
        answer = browser.get(f"/p/{gone}/")
        assert answer.status_code == 404
        assert "Ask at the gate" in answer.content.decode()


def test_a_code_typed_from_paper_is_forgiven_its_capitals_and_hyphens(browser, code):
    typed = f"{code[:4]}-{code[4:8]}-{code[8:]}".upper().replace("0", "O")
    assert browser.get(f"/p/{typed}/").status_code == 200


def test_a_browser_keeps_what_was_typed_only_when_it_was_asked_to(browser, code):
    scan(browser, code, name="王小明")
    assert "kakou_me" not in {name for name, kept in browser.cookies.items() if kept.value}
    scan(browser, code, phone="13900001111", name="李四", remember="on")
    kept = browser.cookies["kakou_me"]
    assert (kept["path"], kept["httponly"], kept["samesite"]) == ("/p/", True, "Lax")
    page = browser.get(f"/p/{code}/").content.decode()
    assert 'value="13900001111"' in page
    assert 'value="李四"' in page
    scan(browser, code, phone="13900001111", name="李四")
    assert browser.cookies["kakou_me"].value == ""
    assert "13900001111" not in browser.get(f"/p/{code}/").content.decode()


def test_a_cookie_that_somebody_changed_is_not_believed(browser, code):
    browser.cookies["kakou_me"] = "eyJwaG9uZSI6IjEzOTAwMDAxMTExIn0:1:x"
    page = browser.get(f"/p/{code}/")
    assert page.status_code == 200
    assert "13900001111" not in page.content.decode()


def test_one_address_that_asks_too_often_is_asked_to_wait(browser, code):
    answers = [scan(browser, code, phone=f"139{number:08}").status_code for number in range(62)]
    assert answers == [200] * 60 + [429] * 2
    assert len(passages()) == 60


def test_whoever_has_a_whole_network_of_addresses_is_one_line_all_the_same(code):
    def answer(number, network="2001:db8:1:2"):
        client = Client(headers={**ENGLISH, "X-Kakou-Client": f"{network}::{number:x}"})
        return scan(client, code, phone=f"139{number:08}").status_code

    assert [answer(number) for number in range(1, 63)] == [200] * 60 + [429] * 2
    assert answer(63, network="2001:db8:1:3") == 200


def test_a_form_of_another_site_is_refused(code):
    foreign = Client(enforce_csrf_checks=True, headers=ENGLISH)
    assert foreign.post(f"/p/{code}/", {"phone": PHONE}).status_code == 403
    assert passages() == []


def test_the_scan_stands_on_the_page_of_the_gate(client, browser, code, cast, tree):
    scan(browser, code)
    sign_in(client, cast.lead)
    said = client.get(f"/ledger/today/?place={tree.garden_gate.pk}", headers=ENGLISH).content.decode()
    assert "Passing by" in said
    assert "by a place code, nobody checked it" in said


def test_who_scans_sees_no_passage_of_the_gate_and_adds_none_elsewhere(browser, code, tree):
    """The scope of a scan is its one node, and ends with it."""
    scan(browser, code)
    with acting_as_system(), connection.cursor() as cursor:
        cursor.execute(
            "select count(*), count(*) filter (where node_id = %s) from ledger_passage", [tree.garden_gate.pk]
        )
        assert cursor.fetchone() == (1, 1)
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from ledger_passage")
        assert cursor.fetchone() == (0,)


def test_nothing_of_whoever_scans_lies_open_anywhere(browser, code, caplog):
    one = CANARIES[0]
    with heard() as statements:
        page = scan(browser, code, phone=one.phone, name=one.name)
    # the page is his own, and shows nothing of him all the same
    assert not leaks(page=page.content, statements=statements.getvalue(), log=caplog.text)
    assert not database_leaks()
    assert len(passages()) == 1


def test_a_number_scanned_is_the_one_a_gate_writes_down(browser, code):
    scan(browser, code)
    assert passages()[0].subject.bytes == blind(vault.store(), "phone", "+8613812345678")


def test_a_unit_without_a_gate_has_a_code_too(browser, cast, tree):
    garden(tree)
    cache.clear()
    with time_machine.travel(AT, tick=False):
        code = code_at(tree.garden, cast.secretary)
        assert scan(browser, code).status_code == 200
    assert [passage.node_id for passage in passages()] == [tree.garden.pk]


def test_a_scan_opens_no_stay_and_asks_nobody_about_a_verdict(browser, code, request):
    scan(browser, code)
    request.getfixturevalue("as_worker")
    later = AT + dt.timedelta(minutes=5)
    fold_all(later)
    fold_checks(at=later)
    with acting_as_system():
        assert not Stay.objects.exists()
        assert not WorkOrder.objects.exists()


def test_a_scan_with_somebody_elses_number_moves_him_nowhere(browser, code, tree, request):
    """Whoever knows a telephone number could otherwise end the stay of its owner, and send people to look for him."""
    with acting_as_system():
        unit = Unit.objects.create(node=tree.orchard, kind="compound", name="果园小区")
        Entrance.objects.create(node=tree.orchard_gate, unit=unit, name="西门", kind="compound_gate", state="staffed")
    owner = UUID(bytes=blind(vault.store(), "phone", "+8613812345678"))
    came = Crossing(owner, tree.orchard_gate.pk, Direction.IN, AT - dt.timedelta(hours=1))
    upload(came)
    scan(browser, code)
    request.getfixturevalue("as_worker")
    fold_all(AT + dt.timedelta(minutes=5))
    with acting_as_system():
        assert list(Stay.objects.values_list("node_id", "state")) == [(tree.orchard.pk, STATES[StayState.OPEN])]
        assert not WorkOrder.objects.exists()


def test_who_is_not_allowed_to_edit_places_makes_no_code(cast, tree):
    garden(tree)
    with acting_as(cast.worker), pytest.raises(NotAllowed):
        code_at(tree.garden_gate, cast.worker)
