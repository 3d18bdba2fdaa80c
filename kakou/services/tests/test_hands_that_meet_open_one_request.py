"""The same report sent by several hands at the same moment is one request and one order."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from kakou.access.scope import acting_as_system
from kakou.kernel.ids import new_id
from kakou.services.actions import open_request
from kakou.services.tests.asking import places, report, stored
from kakou.workorders.models import WorkOrder
from tests.cast import AT

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
__all__ = ["places"]
HANDS = 4


def test_they_are_all_told_the_same_code(places):
    key, together = new_id(), Barrier(HANDS)

    def hand(number):
        together.wait()
        try:
            return open_request(report(places.garden.pk), key=key, at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(HANDS) as pool:
        opened = list(pool.map(hand, range(HANDS)))
    assert len({one.request.code for one in opened}) == len(stored()) == 1
    assert [one.is_new for one in opened].count(True) == 1
    with acting_as_system():
        assert WorkOrder.objects.filter(kind="service_request").count() == 1
