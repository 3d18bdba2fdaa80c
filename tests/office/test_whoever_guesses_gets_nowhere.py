"""Login abuse and guessed enrolment codes (checks of trust 10 and 23), beside what access tests for itself."""

import datetime as dt
import threading

import pytest
import time_machine
from django.db import connections
from django.test import Client

from kakou.access import actions
from kakou.access.models import Device
from kakou.access.scope import acting_as
from tests.cast import AT, staff
from tests.matrix.test_every_route import told as text_of

LOGIN, RIGHT = "/accounts/login/", "correct horse battery"
logins = pytest.mark.django_db(databases=["default", "owner"])


def tries(address, password, name="recorder"):
    return Client(headers={"X-Kakou-Client": address}).post(LOGIN, {"login": name, "password": password})


@logins
def test_of_many_guesses_from_one_address_five_are_heard(cast):
    answers = [tries("203.0.113.7", f"guess {n}").status_code for n in range(60)]
    assert answers.count(200) <= 5
    assert set(answers[5:]) == {429}


@logins
def test_guesses_from_everywhere_open_nothing_and_lock_no_owner_out(cast):
    for n in range(60):
        assert tries(f"198.51.100.{n}", f"guess {n}").status_code in (200, 429)
    assert tries("203.0.113.8", RIGHT).status_code == 302  # and then the second factor is asked for


@logins
def test_a_lock_ends_after_a_quarter_of_an_hour(cast):
    with time_machine.travel(AT, tick=False) as moment:
        for _ in range(5):
            tries("203.0.113.7", "wrong")
        assert tries("203.0.113.7", RIGHT).status_code == 429
        moment.shift(dt.timedelta(minutes=16))
        assert tries("203.0.113.7", RIGHT).status_code == 302


@logins
def test_asking_for_a_new_password_tells_nobody_whether_there_is_an_account(cast, mailoutbox):
    answers = [
        Client().post("/accounts/password/reset/", {"email": f"{name}@example.org"}) for name in ("recorder", "nobody")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert text_of(answers[0], "recorder") == text_of(answers[1], "nobody")
    assert mailoutbox == []  # nor is anything sent to an address that a stranger types


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_of_two_phones_that_scan_one_code_at_once_one_joins(cast, tree):
    token = actions.issue_enrolment(node=tree.garden_gate, name="phone", by=cast.lead, at=AT)[1]
    assert len(token) * 6 >= 128  # bits
    told, start = [], threading.Barrier(6)

    def scan():
        start.wait(10)
        try:
            actions.enrol_device(token=token, at=AT)
            told.append("joined")
        except actions.EnrolmentUnusable:
            told.append("refused")
        finally:
            connections["default"].close()

    phones = [threading.Thread(target=scan) for _ in range(6)]
    for phone in phones:
        phone.start()
    for phone in phones:
        phone.join(20)
    assert sorted(told) == ["joined"] + ["refused"] * 5
    with acting_as(cast.lead):
        assert Device.objects.count() == 1


@logins
def test_a_closed_account_gets_the_words_of_a_wrong_password(cast):
    gone = staff("gone")
    actions.close_account(gone, by=None, at=AT)
    closed, wrong = tries("203.0.113.9", RIGHT, "gone"), tries("203.0.113.9", "wrong", "nobody")
    assert closed.status_code == 200, (closed.status_code, closed.headers)
    assert closed.context["form"].errors == wrong.context["form"].errors
