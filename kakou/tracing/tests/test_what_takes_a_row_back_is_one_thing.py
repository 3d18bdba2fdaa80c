"""The ledger's rule, its question to the table and tracing's view say the same of every row."""

from itertools import product

import pytest
from django.db import connection

from kakou.access.scope import acting_as_system
from kakou.ledger.models import Passage
from kakou.ledger.queries.versions import TAKES_BACK
from kakou.ledger.tests.deskwork import garden, passage, phone, visitor

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["garden", "phone"]
WAYS = product(("in", "out", "through"), (True, False))


def test_the_rule_the_question_and_the_view_mean_the_same_rows(phone):
    for number, (direction, crossed) in enumerate(WAYS, 1):
        [first] = phone.send(passage(visitor(number), direction=direction, crossed=crossed))
        phone.send(passage(visitor(number), direction=direction, crossed=crossed, corrects=first, correction="x"))
    with acting_as_system(), connection.cursor() as cursor:
        cursor.execute("select id from tracing_passage where is_taken_back")
        by_view = {id for (id,) in cursor.fetchall()}
        rows = list(Passage.objects.all())
        by_question = set(Passage.objects.filter(TAKES_BACK).values_list("pk", flat=True))
    assert len(rows) == 12
    assert by_view == by_question == {row.pk for row in rows if row.takes_back}
    assert len(by_view) == 1
