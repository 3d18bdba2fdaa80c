"""Whose keys are whose is not asked of the whole register for each key: also of a long one that was just brought in, so
that the planner knows nothing of it, rows and entries of its indexes are read a few times at most."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from django.db import connections

from kakou.access.scope import acting_as_system
from kakou.people import queries
from tests.cast import AT
from tests.scale.reading import rows_read

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True, databases=["default", "owner"])]
FEW, MANY, ASKED = 1_000, 16_000, 100
REGISTER = """insert into people_person (id, node_id, category, special, relation, document_kind, name_sealed,
  name_index, document_sealed, document_index, phone_index, due_on, recorded_at)
  select ('01912345-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, %s, 'resident_registered', '{}', '', '10', '',
  decode(md5('name'), 'hex'), '', decode(md5('document' || n), 'hex'), decode(md5('phone' || n), 'hex'),
  date '2022-01-01', %s from generate_series(%s, %s) n"""
KEYS = "select md5(what || n)::uuid from generate_series(1, %s) n, unnest(array['document', 'phone']) what"


@pytest.fixture
def owner():
    with connections["owner"].cursor() as cursor:
        yield cursor


def asked(owner) -> list[UUID]:
    owner.execute(KEYS, [ASKED // 2])
    return [key for (key,) in owner.fetchall()]


def test_a_long_register_is_not_read_for_every_key(tree, owner):
    read = []
    for since, upto in ((1, FEW), (FEW + 1, MANY)):
        owner.execute(REGISTER, [tree.garden.pk, AT, since, upto])
        with acting_as_system():
            assert {one.home for one in queries.identities(asked(owner))} == {tree.garden.pk}
        keys = asked(owner)
        with acting_as_system(), rows_read("people_person") as rows:
            queries.identities(keys)
        read.append(sum(rows))
    assert read[0] > 0 and read[1] <= 10 * MANY, json.dumps(read)  # ASKED * MANY, were it read for each
