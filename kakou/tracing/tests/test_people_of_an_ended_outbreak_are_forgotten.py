"""Some time after an outbreak ended nobody can be found in it any more, not even by what he was before."""

import datetime as dt

import pytest
from django.db import connections

from kakou.access.scope import acting_as
from kakou.kernel.time import now
from kakou.tracing.actions.cases import NewContact, involve, take_step
from kakou.tracing.actions.forgetting import KEEP_DAYS, forget_people
from kakou.tracing.actions.outbreaks import close_outbreak
from kakou.tracing.models import Exposure, FollowUp, Involved, Outbreak, Step
from kakou.tracing.policy import Grade
from kakou.tracing.rules.standing import Move, Origin
from kakou.tracing.tests.casework import NOW, begun, quarter

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["quarter"]


def ended(quarter, at):
    outbreak, case = begun(quarter)
    by = quarter.investigator
    with acting_as(by):
        (ben,) = involve(
            outbreak,
            [NewContact(quarter.ben, quarter.tree.garden.pk, Grade.CLOSE, Origin.INTERVIEW, NOW, source=case.pk)],
            by=by,
            at=NOW,
        )
        take_step(ben, Move.ACCEPTED, grade=Grade.CLOSE, by=by, at=NOW)
        close_outbreak(outbreak, by=by, at=at)
    return outbreak


def kept():
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select (select count(*) from tracing_involvedevent) + (select count(*) from tracing_followupevent)"
        )
        return cursor.fetchone()[0]


def test_it_forgets_people_and_their_history_and_keeps_that_there_was_an_outbreak(quarter):
    outbreak = ended(quarter, now() - dt.timedelta(days=KEEP_DAYS + 2))
    assert kept()
    assert forget_people(by=None, at=now()) == 2
    with acting_as(quarter.investigator):
        assert [model.objects.count() for model in (Involved, Exposure, FollowUp, Step)] == [0, 0, 0, 0]
        assert Outbreak.objects.get().pk == outbreak.pk
    assert kept() == 0


def test_it_keeps_who_is_in_an_outbreak_that_goes_on_or_ended_a_while_ago(quarter):
    ended(quarter, now() - dt.timedelta(days=KEEP_DAYS - 2))
    assert forget_people(by=None, at=now()) == 0
    with acting_as(quarter.investigator):
        assert Involved.objects.count() == 2
