import datetime as dt

import pytest
import time_machine

from kakou.audit.models import Event
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def opened():
    return [
        (event.subject, event.by)
        for event in Event.objects.using("owner").filter(action="trail.opened").order_by("seq")
    ]


def test_a_trail_is_told_once_an_hour_and_account(client, district):
    worker, commander = district.cast.worker, district.cast.commander
    wang, zhao = str(district.wang), str(district.zhao)
    with time_machine.travel(AT, tick=False) as clock:
        for staff in (worker, commander):
            sign_in(client, staff)
            for _ in range(2):
                assert client.get(f"/ledger/subject/{wang}/").status_code == 200
        client.get(f"/ledger/subject/{zhao}/")
        assert opened() == [(wang, worker.pk), (wang, commander.pk), (zhao, commander.pk)]
        clock.shift(dt.timedelta(minutes=61))
        sign_in(client, commander)
        client.get(f"/ledger/subject/{wang}/")
        assert opened()[3:] == [(wang, commander.pk)]


def test_a_trail_that_is_not_there_tells_nothing(client, district):
    sign_in(client, district.cast.neighbour)
    assert client.get(f"/ledger/subject/{district.wang}/").status_code == 404
    assert opened() == []
