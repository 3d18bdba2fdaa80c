"""Whatever is wrong with what a phone sends, the answer is a code and a text, as contracts/openapi.json has it."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.mark.parametrize(
    ("body", "status", "code", "said"),
    [
        (b"{", 400, "unreadable", "JSON"),
        (b"\xff", 400, "unreadable", "JSON"),
        (b"[]", 422, "not-as-described", "token"),
        (b"{}", 422, "not-as-described", "token"),
        (b'{"token": "short"}', 422, "not-as-described", "16 characters"),
    ],
)
def test_it_names_the_field(body, status, code, said):
    client = Client(headers={"Accept-Language": "en"})
    answer = client.post("/api/devices/enrol", body, content_type="application/json")
    told = answer.json()
    assert (answer.status_code, told["code"]) == (status, code)
    assert said in told["text"]
    assert told.keys() == {"code", "text"}
