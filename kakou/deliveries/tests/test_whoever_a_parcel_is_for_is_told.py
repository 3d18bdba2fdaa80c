"""A parcel waits: whoever it is for is told by text message where his number stands on it, and not once he came."""

import pytest
import time_machine

from kakou.access.scope import acting_as, acting_as_system
from kakou.deliveries import actions
from kakou.deliveries.tests.bringing import AT, HOUR, Parcel, fresh, places
from kakou.kernel.ids import new_id
from kakou.notices.models import Message
from kakou.notices.tests.gateway import Gateway
from kakou.notices.tests.outgoing import channel_to, sent_by_the_worker
from tests.canaries import CANARIES, database_leaks
from tests.cast import sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
__all__ = ["places"]
PHONE = CANARIES[1].phone


@pytest.fixture(autouse=True)
def own_network(settings):
    settings.OUTGOING_NETWORKS = ["127.0.0.0/8"]


@pytest.fixture
def gateway():
    with Gateway() as made:
        yield made


@pytest.fixture
def sms(gateway, places):
    return channel_to(gateway.url, "sms", places.street.pk, to=("13800138000",), may_write_people=True)


def left(tree, by, *, phone="+86" + PHONE):
    with acting_as(by):
        return actions.leave(
            node=tree.garden.pk, gate=tree.garden_gate.pk, door="3栋2单元501", pieces=2, key=new_id(), by=by, at=AT,
            phone=phone,
        )  # fmt: skip


def stands():
    with acting_as_system():
        return list(Message.objects.order_by("id").values_list("state", flat=True))


def test_from_the_gate_to_his_telephone(sms, gateway, places, cast, client):
    sign_in(client, cast.recorder)
    form = {
        "gate": places.garden_gate.pk, "unit": places.garden.pk, "door": "3栋2单元501", "pieces": "2", "phone": PHONE,
        "key": "01890a5d-ac96-774b-bcce-b302099a8057",
    }  # fmt: skip
    with time_machine.travel(AT, tick=False):
        assert 'name="phone"' in client.get("/parcels/new/").content.decode()
        done = client.post("/parcels/new/", form, follow=True).content.decode()
        assert "会发短信告知收件人" in done
        client.post("/parcels/new/", form)  # sent twice
    sent_by_the_worker(AT)
    [text] = gateway.to("+86" + PHONE)
    assert "2 件包裹" in text and "东门" in text and "501" not in text
    with time_machine.travel(AT + HOUR, tick=False):
        page = client.get("/parcels/").content.decode()
        assert "已告知" in page and "我已通知" not in page and PHONE not in page
    assert database_leaks() == []


@pytest.mark.parametrize("how", ["collected", "told by hand"])
def test_who_came_or_was_told_is_sent_nothing(sms, gateway, places, cast, how):
    one = left(places, cast.recorder)
    with acting_as(cast.recorder):
        if how == "collected":
            actions.collect(fresh(one), name="杨娟", by=cast.recorder, at=AT)
        else:
            actions.tell([one.pk], by=cast.recorder, at=AT)
    sent_by_the_worker(AT)
    assert stands() == ["dropped"] and gateway.taken == []


def test_without_a_channel_no_number_is_asked_for_or_kept(places, cast, client):
    sign_in(client, cast.recorder)
    with time_machine.travel(AT, tick=False):
        assert 'name="phone"' not in client.get("/parcels/new/").content.decode()
    left(places, cast.recorder)
    assert stands() == []
    with acting_as_system():
        assert Parcel.objects.count() == 1
    assert database_leaks() == []
