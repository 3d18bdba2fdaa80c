"""On pages: a fever goes step by step, a pass is issued, printed and cancelled, areas and lists are brought in."""

import json
import re

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kakou.access.scope import acting_as_system
from kakou.kernel.ids import new_id
from kakou.screening.credentials.tests.issuing import CardIssuer, DccIssuer, vaccinated
from kakou.screening.models import FeverEvent, Pass, RiskArea, TrustList
from kakou.screening.passes.text import pass_text
from kakou.screening.queries.fever import case_at
from kakou.screening.tests.test_risk_areas_are_brought_in import NANJING, TITLES, YANGZHOU
from kakou.screening.tests.test_trust_lists_are_dated import listed, packed
from kakou.web.sheets.writing import write_csv
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)


@pytest.fixture
def desk(district):
    def sit(name):
        client = Client(headers={"accept-language": "en"})
        sign_in(client, getattr(district.cast, name))
        return client

    with time_machine.travel(AT, tick=False):
        yield sit


def text(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def how_many():
    with acting_as_system():
        return FeverEvent.objects.count()


def step(district, kind, **facts):
    return f"/screening/fever/{district.fever}/step/", {"id": str(new_id()), "kind": kind, "at": "", **facts}


def test_a_case_goes_to_its_end_and_each_step_is_told(desk, district):
    worker = desk("worker")
    page = text(worker.get(f"/screening/fever/{district.fever}/"))
    assert "Goes to isolation" in page and "37.8 °C" in page and "37.9 °C" in page
    for kind, facts, state in (
        ("isolated", {"place": "tent 2"}, "Isolated, to be reported"),
        ("told", {"whom": "health centre"}, "Reported, waits to be fetched"),
        ("fetched", {"how": "ambulance"}, "On the way to the clinic"),
        ("arrived", {}, "Ended"),
    ):
        path, data = step(district, kind, **facts)
        assert worker.post(path, data).status_code == 302
        assert state in text(worker.get(f"/screening/fever/{district.fever}/"))
    assert "Brought to the fever clinic" in text(worker.get(f"/screening/fever/{district.fever}/"))
    assert "Nobody has a fever" in text(worker.get("/screening/fever/"))
    assert "Ended" in text(worker.get("/screening/fever/", {"which": "ended"}))


def test_pressed_twice_it_is_one_step(desk, district):
    worker = desk("worker")
    path, data = step(district, "isolated", place="tent 2")
    before = how_many()
    with time_machine.travel(AT.replace(second=20), tick=False):
        assert worker.post(path, data).status_code == 302
    with time_machine.travel(AT.replace(second=21), tick=False):
        assert worker.post(path, data).status_code == 302
    assert how_many() == before + 1


def test_what_is_missing_is_told_at_its_form_and_nothing_happens(desk, district):
    worker = desk("worker")
    for kind, facts, told in (
        ("isolated", {}, "This field is required"),
        ("still_high", {"tenths": "50"}, "less than or equal to 43"),
        ("fetched", {"how": "ambulance"}, "another step comes first"),
        ("ended", {"outcome": "normal_on_retest", "note": "x"}, "not one of the available choices"),
        ("nonsense", {}, "not one of the available choices"),
    ):
        path, data = step(district, kind, **facts)
        answer = worker.post(path, data)
        assert answer.status_code == 422, kind
        assert told in text(answer), kind
    with acting_as_system():
        assert case_at(district.fever).state == "to_isolate"


def test_the_commander_sees_it_and_takes_no_step(desk, district):
    commander = desk("commander")
    page = text(commander.get(f"/screening/fever/{district.fever}/"))
    assert "What was done" in page and "What comes next" not in page
    path, data = step(district, "isolated", place="tent 2")
    assert commander.post(path, data).status_code == 403


def test_somebody_gets_a_pass_whose_code_is_his_and_it_is_cancelled(desk, district):
    worker = desk("worker")
    found = worker.post("/screening/passes/new/", {"words": "13800138001"})
    assert f"/screening/passes/new/{district.wang}/" in found.content.decode()
    assert "王晓梅" not in found.content.decode()  # masked
    form = {"kind": "resident", "door": "3-2-502", "valid_from": "2021-08-10", "valid_to": "2021-08-31"}
    answer = worker.post(f"/screening/passes/new/{district.wang}/", form)
    with acting_as_system():
        made = Pass.objects.get(person_id=district.wang)
    assert answer["Location"] == f"/screening/passes/{made.pk}/"
    page = worker.get(answer["Location"])
    assert pass_text(made.pk)[2:6] in text(page)
    assert "3-2-502" not in text(page)  # a door is shown masked
    assert worker.post(f"/screening/passes/{made.pk}/cancel/", {"reason": ""}).status_code == 422
    assert worker.post(f"/screening/passes/{made.pk}/cancel/", {"reason": "lost"}).status_code == 302
    assert "Cancelled" in text(worker.get("/screening/passes/"))


def test_what_makes_no_sense_is_told_at_its_field(desk, district):
    worker = desk("worker")
    form = {"kind": "resident", "door": "…", "valid_from": "2021-08-10", "valid_to": "2021-08-01"}
    answer = worker.post(f"/screening/passes/new/{district.wang}/", form)
    assert answer.status_code == 422
    assert "A pass ends after it begins" in text(answer)
    answer = worker.post(f"/screening/passes/new/{district.wang}/", {**form, "valid_to": ""})
    assert "Write the door as" in text(answer)


def test_passes_are_printed_of_one_place_and_not_when_cancelled(desk, district):
    worker = desk("worker")
    answer = worker.post("/screening/passes/paper/", {"id": [str(district.card)]})
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    for ids in ([], ["nonsense"], [str(new_id())]):
        answer = worker.post("/screening/passes/paper/", {"id": ids}, follow=True)
        assert "Choose passes to print" in text(answer)
    worker.post(f"/screening/passes/{district.card}/cancel/", {"reason": "lost"})
    assert "not printed" in text(worker.post("/screening/passes/paper/", {"id": [str(district.card)]}, follow=True))


def test_a_gate_gets_the_poster_of_the_rules_that_hold_there(desk, district):
    worker = desk("worker")
    path = f"/screening/posters/{district.tree.garden.pk}/"
    assert "Posters for the gates" in text(worker.get(path))
    answer = worker.get(path, {"gate": district.tree.garden_gate.pk, "paper": "a4", "phone": "0516-88881234"})
    assert answer.content.startswith(b"%PDF")
    assert worker.get(path, {"gate": district.tree.orchard_gate.pk, "paper": "a4"}).status_code == 422


def test_who_was_drawn_is_asked_and_the_answers_stand(desk, district):
    worker = desk("worker")
    assert f"/screening/audits/{district.audit}/" in worker.get("/screening/audits/").content.decode()
    path = f"/screening/audits/{district.audit}/"
    assert worker.post(path, {"health": "yes"}).status_code == 422
    answers = {"health": "yes", "temperature": "no", "mask": "unsure", "note": "was waved through"}
    assert worker.post(path, answers).status_code == 302
    assert "was waved through" in text(worker.get(path))
    assert "Nobody waits to be asked" in text(worker.get("/screening/audits/"))


def test_areas_are_brought_in_and_found_by_name_and_day(desk, district):
    office = desk("administrator")
    RiskArea.objects.using("owner").all().delete()

    def bring(*rows, **more):
        file = SimpleUploadedFile("areas.csv", write_csv(list(rows), TITLES))
        return office.post("/screening/areas/import/", {"file": file, **more})

    wrong = bring(YANGZHOU, ["3210", *NANJING[1:]])
    assert wrong.status_code == 422
    assert "Row 3" in text(wrong) and "no division code" in text(wrong)
    assert "Would add 2" in text(bring(YANGZHOU, NANJING, dry_run="on"))
    assert not RiskArea.objects.exists()
    assert bring(YANGZHOU, NANJING).status_code == 302
    assert "扬州" in text(office.get("/screening/areas/"))
    assert "扬州" not in text(office.get("/screening/areas/", {"words": "禄口"}))
    assert "禄口" not in text(office.get("/screening/areas/", {"day": "2021-08-06"}))


def test_a_list_is_brought_in_checked_with_and_withdrawn(desk, district):
    office, issuer = desk("administrator"), DccIssuer.new()
    code = issuer.issue(vaccinated())
    assert office.post("/screening/trust/check/", {"code": code}).status_code == 422
    file = SimpleUploadedFile("eu.zip", listed(issuer))
    assert office.post("/screening/trust/import/", {"file": file, "name": ""}).status_code == 302
    genuine = office.post("/screening/trust/check/", {"code": code})
    assert "Genuine" in text(genuine) and "XZ" in text(genuine)
    assert "Complete · Comirnaty" in text(genuine) and "2 doses" in text(genuine)
    assert "Gößinger" not in text(genuine)
    made = TrustList.objects.get()
    assert office.post(f"/screening/trust/{made.pk}/withdraw/").status_code == 302
    assert "Withdrawn" in text(office.get("/screening/trust/"))
    assert office.post("/screening/trust/check/", {"code": code}).status_code == 422
    bad = SimpleUploadedFile("eu.zip", b"no zip")
    assert "no ZIP" in text(office.post("/screening/trust/import/", {"file": bad, "name": "x"}))


def test_an_issuer_whose_list_of_withdrawn_cards_is_older_than_it_says_is_named_on_the_page(desk, district):
    office, clinic = desk("administrator"), CardIssuer.new()
    assert "such cards are still believed" not in text(office.get("/screening/trust/"))
    keys = {"issuer": clinic.url, "keys": [{**clinic.jwk, "crlVersion": 2}]}
    file = SimpleUploadedFile("clinics.zip", packed(**{"clinic.jwks.json": json.dumps(keys).encode()}))
    assert office.post("/screening/trust/import/", {"file": file, "name": "Clinics"}).status_code == 302
    page = text(office.get("/screening/trust/"))
    assert "such cards are still believed" in page and clinic.url in page
