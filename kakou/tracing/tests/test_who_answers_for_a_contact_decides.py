"""Whoever answers for a contact decides about him, also where he does not see all of the outbreak."""

import pytest
import time_machine
from django.test import Client

from kakou.access.rules import Role
from kakou.access.scope import acting_as_system
from kakou.tracing.models import Involved, Trace
from kakou.tracing.tests.casework import NOW, begun, passed, quarter
from kakou.tracing.tests.test_a_case_is_traced_through_the_ledger import traced
from kakou.tracing.tests.tracework import folder
from tests.cast import sign_in, staff

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["folder", "quarter"]


@pytest.fixture
def dan(quarter, folder):
    """Dan of the west met Ann of the east, whose outbreak the west does not see."""
    passed(quarter.visit(quarter.ann, 1, 3), quarter.visit(quarter.dan, 2, 3))
    _, case = begun(quarter)
    traced(case, quarter.colleague)  # of the whole street
    with acting_as_system():
        return Involved.objects.get(subject=quarter.dan)


@pytest.fixture(params=["en", "zh-hans"])
def west(request, quarter, dan):
    """An investigator of the west at a desk, in either language."""
    with time_machine.travel(NOW, tick=False):
        client = Client(headers={"accept-language": request.param})
        sign_in(client, staff("western", Role.INVESTIGATOR, quarter.tree.west))
        yield client


def test_he_stands_on_the_list_of_whoever_answers_for_him_and_is_decided_about_there(west, dan):
    assert west.get(f"/tracing/outbreak/{dan.outbreak_id}/contacts/").status_code == 404
    seen = west.get("/tracing/contacts/")
    assert [one.row.pk for one, _ in seen.context["rows"]] == [dan.pk]
    done = west.post("/tracing/contacts/decide/", {"move": "accepted", "who": [str(dan.pk)], "grade": "close"})
    assert done.status_code == 302
    with acting_as_system():
        dan.refresh_from_db()
    assert (dan.standing, dan.grade) == ("followed", "close")


def test_nobody_ticked_is_told_and_nobody_else_can_be(west, quarter, dan):
    assert west.post("/tracing/contacts/decide/", {"move": "accepted"}).status_code == 422
    with acting_as_system():
        ann = Involved.objects.get(subject=quarter.ann)
    west.post("/tracing/contacts/decide/", {"move": "dismissed", "reason": "不相干", "who": [str(ann.pk)]})
    with acting_as_system():
        assert Involved.objects.get(subject=quarter.ann).standing == ann.standing


def test_his_page_tells_no_more_of_the_outbreak_than_is_seen(west, dan):
    page = west.get(f"/tracing/person/{dan.pk}/")
    assert page.status_code == 200
    assert page.context["outbreak"] is None
    assert "2021 八月 东城" not in page.content.decode()


def test_a_note_says_something(west, dan):
    step = f"/tracing/person/{dan.pk}/step/"
    assert west.post(step, {"move": "noted", "reason": "  "}).status_code == 422
    assert west.post(step, {"move": "noted", "reason": "邻居代接电话"}).status_code == 302
    assert "邻居代接电话" in west.get(f"/tracing/person/{dan.pk}/").content.decode()


def test_a_run_from_him_is_seen_without_its_outbreak(west, dan):
    with acting_as_system():
        run = Trace.objects.get()
        run.pk, run.source, run.node_id = None, dan, dan.node_id
        run.save(force_insert=True)
    page = west.get(f"/tracing/trace/{run.pk}/")
    assert page.status_code == 200
    assert page.context["elsewhere"] == []
