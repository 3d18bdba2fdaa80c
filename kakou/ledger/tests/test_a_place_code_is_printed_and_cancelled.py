"""The posters of a unit's place codes: made and cancelled by who edits places, printed by who sees them."""

import re

import pytest
import segno
import zxingcpp
from django.test import Client

from kakou.access.scope import acting_as, acting_as_system
from kakou.ledger.actions.place_codes import HasACode, cancel_code, make_code
from kakou.ledger.models import PlaceCode
from kakou.ledger.tests.places import code_at, garden
from kakou.screening.printing import NotPrintable, place_poster
from kakou.screening.printing.codes import drawn_address
from kakou.screening.printing.tests.paper import pages, picture, squeezed, words
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
ADDRESS = "https://kakou.example.org/p/k7q2m9xp3c5t/"
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def place(tree):
    garden(tree)
    return tree.garden_gate


def signed_in(account):
    client = Client(headers=ENGLISH)
    sign_in(client, account)
    return client


def codes():
    with acting_as_system():
        return list(PlaceCode.objects.order_by("pk"))


def test_a_secretary_makes_one_prints_it_and_cancels_it(place, cast, tree):
    client = signed_in(cast.secretary)
    page = f"/ledger/place-codes/{tree.garden.pk}/"
    assert "Make a code" in client.get(page).content.decode()
    assert client.post(f"/ledger/place-codes/{place.pk}/make/").headers["Location"].startswith(page)
    [code] = codes()
    assert f"/p/{code.code}/" in client.get(page).content.decode()
    answer = client.get(f"/ledger/place-codes/{place.pk}/poster/")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    client.post(f"/ledger/place-codes/{place.pk}/cancel/")
    assert codes()[0].cancelled_at is not None
    assert client.get(f"/ledger/place-codes/{place.pk}/poster/").status_code == 404


def test_a_code_is_random_and_every_one_another(place, cast):
    made = set()
    for _ in range(20):
        made.add(code_at(place, cast.secretary))
        with acting_as(cast.secretary):
            cancel_code(node=place.pk, by=cast.secretary, at=AT)
    assert len(made) == 20
    assert all(re.fullmatch(r"[0-9a-hjkmnp-tv-z]{12}", code) for code in made)


def test_a_place_has_one_code_at_a_time(place, cast):
    code_at(place, cast.secretary)
    with acting_as(cast.secretary), pytest.raises(HasACode):
        make_code(node=place.pk, by=cast.secretary, at=AT)


def test_whoever_only_sees_places_prints_and_changes_nothing(place, cast, tree):
    code_at(place, cast.secretary)
    client = signed_in(cast.liaison)
    assert client.get(f"/ledger/place-codes/{place.pk}/poster/").status_code == 200
    assert "Cancel the code" not in client.get(f"/ledger/place-codes/{tree.garden.pk}/").content.decode()
    assert client.post(f"/ledger/place-codes/{place.pk}/cancel/").status_code == 403
    assert codes()[0].cancelled_at is None


def test_without_https_the_page_says_what_the_posters_would_say(place, cast, tree):
    client, page = signed_in(cast.secretary), f"/ledger/place-codes/{tree.garden.pk}/"
    assert "without https" in client.get(page).content.decode()
    assert "without https" not in client.get(page, secure=True).content.decode()


def test_the_code_on_the_poster_is_the_address_itself():
    drawn = drawn_address(ADDRESS)
    matrix = list(segno.make_qr(ADDRESS, error="m", boost_error=False).matrix)
    dark = {(x + n, y) for x, y, many in drawn["runs"] for n in range(many)}
    assert dark == {(x + 4, y + 4) for y, row in enumerate(matrix) for x, on in enumerate(row) if on}
    assert drawn["side"] == len(matrix) + 8


def test_a_poster_says_what_it_is_in_both_languages_and_can_be_scanned():
    pdf = place_poster(name="花园小区 东门", address=ADDRESS, code="k7q2-m9xp-3c5t", made_on=AT.date())
    said = words(pdf)
    for wanted in ("花园小区", "请扫码登记", "Scan to register", "k7q2-m9xp-3c5t", "No phone? Register at the gate."):
        assert squeezed(wanted) in said
    assert pages(pdf) == 1
    assert [found.text for found in zxingcpp.read_barcodes(picture(pdf))] == [ADDRESS]


def test_a_longer_address_is_printed_too():
    long = f"https://kakou.{'x' * 63}.{'y' * 40}.example.org/p/k7q2m9xp3c5t/"
    found = zxingcpp.read_barcodes(picture(place_poster(name="x", address=long[:120], code="x", made_on=AT.date())))
    assert [one.text for one in found] == [long[:120]]


def test_a_name_that_no_font_has_is_refused_by_its_character():
    with pytest.raises(NotPrintable):
        place_poster(name="\U000323b0", address="https://x.org/p/k7q2m9xp3c5t/", code="x", made_on=AT.date())
