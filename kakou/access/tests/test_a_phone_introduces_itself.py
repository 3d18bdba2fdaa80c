import pytest
from django.test import Client

from kakou.access import actions
from kakou.kernel.time import now

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def enrol(token):
    return Client().post("/api/devices/enrol", {"token": token}, content_type="application/json")


def test_it_gets_its_own_token_and_its_gate(tree, cast):
    _, token = actions.issue_enrolment(node=tree.garden_gate, name="phone", by=cast.lead, at=now())
    answer = enrol(token)
    assert answer.status_code == 201
    assert answer.json()["node"] == tree.garden_gate.pk
    assert enrol(token).status_code == 403


def test_a_guess_is_refused_in_words(db):
    answer = enrol("x" * 32)
    assert answer.status_code == 403
    assert answer.json()["code"] == "enrolment-unusable"
    assert answer.json()["text"]


def test_guessing_is_slowed_down(db):
    answers = [enrol("x" * 32).status_code for _ in range(25)]
    assert 429 in answers
