"""A request is destroyed on its day, the photo with it; what is still open then lives on under a later key."""

import datetime as dt

import pytest

from kakou.access.scope import acting_as_system
from kakou.audit.models import Event
from kakou.kernel.ids import new_id
from kakou.services import actions
from kakou.services.actions.forgetting import BEFORE
from kakou.services.models import Photo, Request
from kakou.services.queries import requests as queries
from kakou.services.rules import REQUESTED, Category, Channel, Contact, Picture, Report
from kakou.services.tests.asking import DAY, LAMP, PHONE, places
from kakou.vault.sealing import key_id_of
from kakou.workorders.actions import close_cause
from tests.cast import AT

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
__all__ = ["places"]
DUE = AT + 90 * DAY


@pytest.fixture
def two(places):
    """One that is settled and one that is open, each with a photo."""
    made = []
    for text in (LAMP, "漏水"):
        photo = actions.hold_photo(Picture("png", text.encode()), place=places.garden.pk, at=AT)
        report = Report(Category.FACILITIES, places.garden.pk, text, Contact(PHONE), Channel.PAGE, "zh-hans")
        made.append(actions.open_request(report, key=new_id(), at=AT, photo=photo).request)
    with acting_as_system():
        close_cause(REQUESTED.name, made[0].pk, at=AT + DAY)
    return made


def left():
    with acting_as_system():
        return list(Request.objects.values_list("pk", flat=True)), Photo.objects.count()


def test_before_its_day_nothing_goes(two, as_worker):
    assert actions.forget_requests(by=None, at=DUE - DAY) == 0
    assert (len(left()[0]), left()[1]) == (2, 2)


def test_on_its_day_the_settled_one_goes_and_the_open_one_has_a_later_key(two, as_worker):
    _settled, still_open = two
    before = key_id_of(bytes(still_open.text_sealed))
    assert actions.forget_requests(by=None, at=DUE) == 1
    assert left() == ([still_open.pk], 1)
    with acting_as_system():
        now = queries.request_at(still_open.pk)
        assert key_id_of(bytes(now.text_sealed)) != before
        assert (queries.text_of(now), queries.contact_of(now).phone) == ("漏水", PHONE)
        assert queries.photo_of(now) == ("image/png", "漏水".encode())
        assert now.due_on > DUE.date() + dt.timedelta(days=1)
    assert Event.objects.using("owner").get(action="requests.forgotten").facts == {"rows": 1}


def test_the_open_one_has_its_later_key_before_the_old_one_may_go(two, as_worker):
    actions.forget_requests(by=None, at=DUE - BEFORE)
    with acting_as_system():
        assert queries.request_at(two[1].pk).due_on > DUE.date()
        assert queries.request_at(two[0].pk).due_on == DUE.date()


def test_one_that_cannot_be_read_any_more_stops_nothing(two, as_worker):
    _settled, still_open = two
    with acting_as_system():
        Request.objects.filter(pk=still_open.pk).update(text_sealed=b"\0" * 40)
    assert actions.forget_requests(by=None, at=DUE) == 1
    with acting_as_system():
        now = queries.request_at(still_open.pk)
        assert now.due_on > DUE.date() + dt.timedelta(days=1)
        assert queries.contact_of(now).phone == PHONE  # what can be read has its later key


@pytest.fixture
def unclaimed(places):
    return actions.hold_photo(Picture("png", b"x"), place=places.garden.pk, at=AT)


def test_a_photo_that_nobody_claims_is_gone_after_a_day(unclaimed, as_worker):
    actions.forget_requests(by=None, at=AT + DAY)
    assert left()[1] == 1
    actions.forget_requests(by=None, at=AT + DAY + dt.timedelta(seconds=1))
    assert left()[1] == 0
