"""Reporting on a phone: no account, no script; what is wrong is told at its field, nothing typed is lost, and what is
sent twice is one request."""

import gzip
import re

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kakou.access.scope import acting_as, acting_as_system
from kakou.ledger.tests.places import code_at
from kakou.services.models import Photo
from kakou.services.queries import requests as queries
from kakou.services.tests.asking import LAMP, answered, places, stored
from kakou.services.tests.test_a_photo_keeps_nothing_but_the_picture import WHERE, exif, jpeg, segment
from tests.canaries import CANARIES, database_leaks
from tests.cast import AT

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
__all__ = ["places"]
FORM = {"category": "facilities", "text": LAMP, "phone": "138 1234 5678", "name": ""}
BUDGET = 60_000  # bytes, gzipped


@pytest.fixture(autouse=True)
def noon():
    cache.clear()
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def browser():
    return Client(headers={"Accept-Language": "en"})


def sent(browser, node, **form):
    """The page, and the answer to its form."""
    browser.get(f"/s/at/{node}/")
    return browser.post(f"/s/at/{node}/", {**FORM, **form})


def code_of(answer):
    return re.search(r'<strong class="mono">([\d-]+)</strong>', answer.content.decode())[1]


def photo(content, name="lamp.jpg"):
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def photos():
    with acting_as_system():
        return list(Photo.objects.order_by("pk").values_list("request_id", flat=True))


def test_a_place_is_found_by_its_name(browser, places):
    found = browser.get("/s/", {"q": "花园"}).content.decode()
    assert f'href="/s/at/{places.garden.pk}/"' in found
    assert "果园" not in found
    assert "东城社区" in found  # which of two gardens it is
    assert "No place has this name" in browser.get("/s/", {"q": "园"}).content.decode()
    assert "花园" not in browser.get("/s/").content.decode()


def test_the_code_at_the_gate_leads_to_the_same_page(browser, places, cast):
    code = code_at(places.garden_gate, cast.secretary)
    assert f"/s/p/{code}/" in browser.get(f"/p/{code}/").content.decode()
    answer = browser.post(f"/s/p/{code}/", FORM)
    assert answer.status_code == 200
    assert stored()[0].place_id == places.garden_gate.pk


def test_the_receipt_shows_the_code_and_never_the_whole_number(browser, places):
    answer = sent(browser, places.garden.pk)
    said = answer.content.decode()
    assert code_of(answer).replace("-", "") == stored()[0].code
    assert "138****5678" in said
    assert "5678" in said
    assert "13812345678" not in said


@pytest.mark.parametrize(
    ("form", "field", "said"),
    [
        ({"category": ""}, "category", "required"), ({"category": "x"}, "category", "Select a valid choice"),
        ({"text": ""}, "text", "required"), ({"text": "x" * 1001}, "text", "at most 1000"),
        ({"text": "看\u202e不见"}, "text", "cannot be seen"), ({"phone": "12"}, "phone", "11 digits"),
        ({"phone": ""}, "phone", "required"), ({"name": "\u202eevil"}, "name", "direction"),
        ({"photo": photo(b"GIF89a......")}, "photo", "JPEG, PNG or WebP"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(browser, places, form, field, said):
    answer = sent(browser, places.garden.pk, **form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert said in str(answer.context["form"].errors[field])
    assert f'id="id_{field}_error"' in page
    for name, typed in FORM.items():
        if typed and name not in form and name != "category":
            assert typed in page
    assert "category" in form or re.search(r'value="facilities"[^>]* checked', page)
    assert stored() == []


def test_a_photo_loses_where_it_was_taken(browser, places, cast):
    sent(browser, places.garden.pk, photo=photo(jpeg(segment(0xE1, exif(6)))))
    [request] = stored()
    with acting_as(cast.secretary):
        media_type, content = queries.photo_of(request)
    assert media_type == "image/jpeg"
    assert WHERE not in content


def test_a_photo_outlives_an_error_elsewhere_in_the_form(browser, places):
    answer = sent(browser, places.garden.pk, phone="12", photo=photo(jpeg()))
    assert (answer.status_code, photos()) == (422, [None])
    kept = re.search(r'name="kept" value="([^"]+)"', answer.content.decode())[1]
    answer = browser.post(f"/s/at/{places.garden.pk}/", {**FORM, "kept": kept})
    assert answer.status_code == 200
    assert photos() == [stored()[0].pk]


def test_somebody_elses_photo_cannot_be_claimed_by_guessing(browser, places):
    sent(browser, places.garden.pk, phone="12", photo=photo(jpeg()))
    with acting_as_system():
        id = Photo.objects.get().pk
    browser.post(f"/s/at/{places.garden.pk}/", {**FORM, "kept": str(id)})
    assert photos() == [None]


def test_sent_twice_it_is_one_request_and_with_other_words_another(browser, places):
    first, again = sent(browser, places.garden.pk), sent(browser, places.garden.pk)
    assert code_of(first) == code_of(again)
    assert "counts once" in again.content.decode()
    sent(browser, places.garden.pk, text="垃圾没有清运")
    assert len(stored()) == 2


def test_another_browser_with_the_same_words_is_not_shown_the_code(browser, places):
    first = sent(browser, places.garden.pk)
    second = sent(Client(headers={"Accept-Language": "en"}), places.garden.pk)
    assert code_of(first) != code_of(second)


def test_who_sends_too_often_is_stopped_and_keeps_what_he_typed(browser, places):
    browser.get(f"/s/at/{places.garden.pk}/")
    for number in range(60):
        browser.post(f"/s/at/{places.garden.pk}/", {**FORM, "phone": "1"})
    answer = browser.post(f"/s/at/{places.garden.pk}/", FORM)
    assert answer.status_code == 422
    assert "Too many at once" in answer.content.decode()
    assert LAMP in answer.content.decode()
    assert stored() == []


def test_who_sends_too_many_photos_is_stopped_and_may_still_report(browser, places):
    for number in range(21):
        last = sent(browser, places.garden.pk, text=f"{LAMP}{number}", photo=photo(jpeg()))
    assert (last.status_code, len(photos()), len(stored())) == (422, 20, 20)
    assert sent(browser, places.garden.pk, text="没有照片").status_code == 200


def test_the_summary_leads_to_every_field_that_is_wrong(browser, places):
    page = sent(browser, places.garden.pk, category="", text="").content.decode()
    leads = re.findall(r'<li><a href="#([^"]*)"', page)
    assert leads == ["id_category", "id_text"]
    assert all(f'id="{id}"' in page for id in leads)


def test_a_form_of_another_site_is_refused(places):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"/s/at/{places.garden.pk}/", FORM).status_code == 403
    assert stored() == []


def test_follow_and_rate(browser, places, cast):
    code = code_of(sent(browser, places.garden.pk))
    shown = browser.post("/s/follow/", {"code": code, "last_four": "5678"}).content.decode()
    assert "Received" in shown
    assert LAMP not in shown
    [request] = stored()
    answered(request, cast.secretary, at=AT)
    known = {"code": code, "last_four": "5678"}
    shown = browser.post("/s/follow/", known).content.decode()
    assert "路灯已修好" in shown
    assert browser.post("/s/follow/", {**known, "act": "rate"}).status_code == 422
    rated = browser.post("/s/follow/", {**known, "act": "rate", "rating": "very"}).content.decode()
    assert "settled with that" in rated
    assert stored()[0].order.state == "closed"
    again = browser.post("/s/follow/", {**known, "act": "rate", "rating": "not"})
    assert (again.status_code, stored()[0].rating) == (422, "very")


def test_who_tries_last_fours_is_stopped(browser, places):
    code = code_of(sent(browser, places.garden.pk))
    tried = [
        browser.post("/s/follow/", {"code": code, "last_four": f"{number:04}"}).status_code for number in range(25)
    ]
    assert (tried.count(422), tried.count(429)) == (20, 5)


def test_a_mistyped_code_is_noticed_before_anything_is_looked_up(browser, places):
    code = code_of(sent(browser, places.garden.pk))
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    answer = browser.post("/s/follow/", {"code": wrong, "last_four": "5678"})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["code"]


def test_the_counts_name_nobody(browser, places, cast):
    sent(browser, places.garden.pk, name="王小明")
    answered(stored()[0], cast.secretary, at=AT)
    page = browser.get("/s/counts/")
    assert [tuple(row) for _, row in page.context["rows"]] == [("facilities", 1, 0, 1, 1, 0, 0)]
    text = page.content.decode()
    assert not [text[max(0, text.find(word) - 60) :][:120] for word in ("王", "5678", LAMP, "花园") if word in text]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_with_everything_is_small_and_asks_for_no_script(places, settings, language):
    browser = Client(headers={"Accept-Language": language})
    page = browser.get(f"/s/at/{places.garden.pk}/").content
    text = page.decode()
    assert "<script" not in text
    linked = re.findall(r'<link[^>]+href="/static/([^"]+)"|<img[^>]+src="/static/([^"]+)"', text)
    files = [settings.STATIC_ROOT / (one or other) for one, other in linked]
    weight = sum(len(gzip.compress(content)) for content in (page, *(file.read_bytes() for file in files)))
    assert files
    assert weight <= BUDGET


def test_nobody_who_is_reported_about_stands_in_the_database_in_plain(browser, places):
    one = CANARIES[1]
    sent(browser, places.garden.pk, phone=one.phone, name=one.name, text=f"{one.name} {one.document}")
    assert stored()
    assert not database_leaks()
