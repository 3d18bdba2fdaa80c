"""A letter from a physical letterbox is written down with the name of the box in which it lay."""

import re

import pytest
import time_machine

from kakou.services.tests.asking import LAMP, places, stored
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
__all__ = ["places"]


def test_it_is_a_request_that_names_its_box(client, places, cast):
    with time_machine.travel(AT, tick=False):
        sign_in(client, cast.worker)
        client.cookies["django_language"] = "en"
        key = re.search(r'name="key" value="([^"]+)"', client.get("/services/letterbox/").content.decode())[1]
        told = {"unit": places.garden.pk, "category": "facilities", "text": LAMP, "phone": "", "name": "", "key": key}
        assert client.post("/services/letterbox/", told).status_code == 422
        answers = [client.post("/services/letterbox/", {**told, "box": "东门速来办信箱"}) for _ in range(2)]
        page = client.get(answers[0]["Location"]).content.decode()
    assert [answer.status_code for answer in answers] == [302, 302]
    [request] = stored()
    assert (request.channel, request.box, request.recorded_by) == ("letterbox", "东门速来办信箱", cast.worker)
    assert "In the letterbox · 东门速来办信箱" in page
