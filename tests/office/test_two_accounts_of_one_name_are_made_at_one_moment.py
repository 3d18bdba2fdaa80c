"""Two administrators make an account of one name at the same moment: one is made, the other is told on the form."""

import threading

import pytest
from django.db import connections
from django.test import Client

from kakou.access.actions import NameTaken, create_staff
from kakou.access.models import Staff
from kakou.access.roster import actions
from kakou.access.roster.actions import Known
from kakou.access.scope import acting_as, acting_as_system
from kakou.places.models import Unit
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
WAITS = "select count(*) from pg_locks where not granted"


def somebody_waits():
    """Until the other one stands behind the first."""
    with connections["owner"].cursor() as cursor:
        for _ in range(2_000):
            cursor.execute(WAITS)
            if cursor.fetchone()[0]:
                return
            cursor.execute("select pg_sleep(0.01)")
    raise AssertionError("nobody waits")


@pytest.mark.parametrize("spelled", ["wang.1", "Wang.1"])
def test_the_second_is_told_on_the_form(tree, cast, spelled):
    with acting_as_system():
        Unit.objects.create(node=tree.east, kind="community_urban", name="东城社区")
    client, answers = Client(headers={"accept-language": "en"}), []
    sign_in(client, cast.administrator)

    def post():
        try:
            given = {"username": spelled, "display": "网格员", "role": ""}
            answers.append(client.post(f"/staff/new/?place={tree.east.pk}", given))
        finally:
            connections.close_all()

    other = threading.Thread(target=post)
    try:
        with acting_as(cast.administrator):
            actions.make_account("wang.1", Known("网格员", tree.east.pk), role=None, by=cast.administrator, at=AT)
            other.start()
            somebody_waits()
    finally:
        other.join()
    [answer] = answers
    assert answer.status_code == 422
    assert f"There is an account named {spelled} already." in answer.content.decode()
    assert Staff.objects.filter(username__iexact="wang.1").count() == 1


def test_a_name_is_taken_in_every_spelling(cast):
    with pytest.raises(NameTaken):
        create_staff(username="SECRETARY", password=None, by=None, at=AT)
    assert not Staff.objects.filter(username="SECRETARY").exists()
