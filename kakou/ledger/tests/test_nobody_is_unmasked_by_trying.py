"""A masked phone is not learned by trying its digits: whole values are counted, limited and told to the audit."""

import datetime as dt

import pytest
import time_machine

from kakou.access.actions import TooOften
from kakou.access.models import Use
from kakou.access.scope import acting_as
from kakou.audit.models import Event
from kakou.ledger.actions.finding import find
from kakou.people.actions import finding
from kakou.people.queries import exactly_meant
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
HOUR = dt.timedelta(hours=1)


def tries(staff, texts, at=AT):
    for text in texts:
        with acting_as(staff):
            find(text, by=staff, at=at)


def phones(many):
    return [f"1380013{n:04}" for n in range(many)]


def events():
    return list(Event.objects.using("owner").filter(action="people.searched").order_by("seq"))


def test_ten_thousand_phones_cannot_be_tried(district):
    most = finding.MOST[HOUR]
    tries(district.cast.worker, phones(most))
    with pytest.raises(TooOften):
        tries(district.cast.worker, ["13800138001"])
    with pytest.raises(TooOften):
        tries(district.cast.worker, ["王晓梅"], at=AT + HOUR / 2)
    tries(district.cast.neighbour, ["13800138001"])


def test_an_hour_later_the_desk_goes_on_and_a_day_has_its_own_limit(district, monkeypatch):
    monkeypatch.setattr(finding, "MOST", {HOUR: 3, 24 * HOUR: 5})
    worker = district.cast.worker
    tries(worker, phones(3))
    tries(worker, phones(2), at=AT + HOUR)
    with pytest.raises(TooOften):
        tries(worker, phones(1), at=AT + 3 * HOUR)
    tries(worker, phones(1), at=AT + 25 * HOUR)
    assert Use.objects.filter(staff=worker).count() <= 3


def test_the_audit_tells_who_tried_what_kind_of_value_and_never_the_value(district):
    tries(district.cast.worker, ["13800138001", "王晓梅", "110105199003078027", "苏C12345"])
    told = events()
    assert [event.by for event in told] == [district.cast.worker.pk] * 4
    assert ["phone" in told[0].facts["kinds"], told[1].facts["kinds"]] == [True, ["name"]]
    assert [event.facts["found"] for event in told] == [1, 1, 1, 1]
    assert {event.node for event in told} == {district.tree.east.pk}
    assert "8001" not in str([event.facts for event in told])


def test_initials_and_last_four_are_what_masks_show_and_stay_free(district, monkeypatch):
    monkeypatch.setattr(finding, "MOST", {HOUR: 0})
    tries(district.cast.worker, ["wxm", "8027", "802x", "w"])
    assert events() == []


@pytest.mark.parametrize(
    "text", ["13800138001", "+86 138 0013 8001", "王晓梅", "王晓", "苏C12345", "11010519900307802X"]
)
def test_a_whole_value_is_known_as_one(db, text):
    assert exactly_meant(text)


def test_the_page_says_when_it_was_too_often(client, district, monkeypatch):
    monkeypatch.setattr(finding, "MOST", {HOUR: 1})
    with time_machine.travel(AT, tick=False):
        sign_in(client, district.cast.worker)
        assert client.post("/ledger/find/", {"q": "13800138001"}).status_code == 200
        refused = client.post("/ledger/find/", {"q": "13800138002"}, headers={"accept-language": "en"})
    assert refused.status_code == 429
    assert "Wait an hour" in refused.content.decode()
    assert "138****8002" not in refused.content.decode()
