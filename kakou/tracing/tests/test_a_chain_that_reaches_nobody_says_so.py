"""Whoever asks whom chains of meetings reach is told too when they reach nobody."""

import pytest
import time_machine
from django.test import Client

from kakou.tracing.models import Trace
from kakou.tracing.tests.casework import NOW, begun, passed, quarter
from kakou.tracing.tests.test_a_case_is_traced_through_the_ledger import traced
from kakou.tracing.tests.tracework import folder
from tests.cast import sign_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["folder", "quarter"]


@pytest.mark.parametrize(("hours", "reached"), [((2, 2.5), True), ((4, 5), False)])
def test_the_page_counts_whom_they_reach_or_says_nobody(quarter, folder, hours, reached):
    passed(quarter.visit(quarter.ann, 1, 3), quarter.visit(quarter.ben, *hours))
    _, case = begun(quarter)
    run = traced(case, quarter.investigator, kind=Trace.Kind.REACH, hops=2)
    with time_machine.travel(NOW, tick=False):
        client = Client(headers={"accept-language": "en"})
        sign_in(client, quarter.investigator)
        page = client.get(f"/tracing/trace/{run.pk}/").content.decode()
    assert ("Nobody was reached" in page) is not reached
    assert ("after 1 meeting<" in page) is reached
