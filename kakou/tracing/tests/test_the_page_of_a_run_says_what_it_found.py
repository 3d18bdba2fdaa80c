"""Whoever asks is told what was found, that nobody was, and what is looked for still."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from kakou.tracing.actions.mates import find_mates_of_trace
from kakou.tracing.models import Trace
from kakou.tracing.tests.casework import NOW, begun, passed, quarter
from kakou.tracing.tests.test_a_case_is_traced_through_the_ledger import traced
from kakou.tracing.tests.tracework import folder
from tests.cast import sign_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["folder", "quarter"]
MINUTE = dt.timedelta(minutes=1)


@pytest.mark.parametrize(("hours", "reached"), [((2, 2.5), True), ((4, 5), False)])
def test_the_page_counts_whom_they_reach_or_says_nobody(quarter, folder, hours, reached):
    passed(quarter.visit(quarter.ann, 1, 3), quarter.visit(quarter.ben, *hours))
    _, case = begun(quarter)
    run = traced(case, quarter.investigator, kind=Trace.Kind.REACH, hops=2)
    page = seen(run, quarter.investigator, NOW)
    assert ("Nobody was reached" in page) is not reached
    assert ("after 1 meeting<" in page) is reached


def test_mates_are_being_looked_for_then_told_or_asked_for(quarter, folder):
    passed(quarter.visit(quarter.ann, 1, 3))
    _, case = begun(quarter)
    run = traced(case, quarter.investigator)
    assert "mates are being looked for" in seen(run, quarter.investigator, run.finished_at)
    assert "Propose them on the person&#x27;s page" in seen(run, quarter.investigator, run.finished_at + 2 * MINUTE)
    find_mates_of_trace(run.pk, at=run.finished_at)
    page = seen(run, quarter.investigator, run.finished_at)
    assert "mates are being looked for" not in page and "Propose them on" not in page


def seen(run, by, at):
    with time_machine.travel(at, tick=False):
        client = Client(headers={"accept-language": "en"})
        sign_in(client, by)
        return client.get(f"/tracing/trace/{run.pk}/").content.decode()
