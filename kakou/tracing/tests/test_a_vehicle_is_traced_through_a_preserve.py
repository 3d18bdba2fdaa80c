"""The oracle: a public year of readings, VAST Challenge 2017 MC1. Whom 20155705025759-63 met at the camping places, by
the engine, by its slow twin, and by two databases that know nothing of either."""

import pytest
from django.db import connection

from bench.tracing.lekagul import FILE, MET, OVERLAPS, TABLE, VEHICLE, WANTED, by_engine, by_sql, by_twin, camping
from kakou.tracing.engine.reference import Met


@pytest.fixture(scope="module")
def found():
    if not FILE.exists():
        pytest.skip(f"test data absent: {FILE} (set KAKOU_TESTDATA)")
    return camping()


@pytest.mark.slow
def test_the_stays_are_those_of_the_ledger(found):
    assert found.states == WANTED
    assert sum(stay.certain for stay in found.stays) == 10_051
    assert sum(stay.person == found.person for stay in found.stays) == 14


@pytest.mark.parametrize("least", OVERLAPS)
def test_engine_and_slow_twin_say_the_same(found, least):
    assert by_engine(found, least) == by_twin(found, least)


@pytest.mark.parametrize(("least", "many", "certain"), [(0, 1_269, 1_242), (900, 954, 929)])
def test_it_is_whom_we_think(found, least, many, certain):
    met = by_engine(found, least)
    assert found.vehicles[found.person] == VEHICLE
    assert (len(met), sum(one.certain for one in met.values())) == (many, certain)


@pytest.mark.parametrize("least", OVERLAPS)
def test_duckdb_says_the_same(found, least):
    assert by_sql(found, least) == by_engine(found, least)


@pytest.mark.django_db
@pytest.mark.parametrize("least", OVERLAPS)
def test_postgresql_says_the_same(found, least):
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
        with cursor.copy("copy camping from stdin") as copy:
            for stay in found.stays:
                copy.write_row(stay)
        cursor.execute(MET.format(person=found.person, least=least))
        rows = cursor.fetchall()
    assert {row[0]: Met(*map(int, row[:5]), row[5]) for row in rows} == by_engine(found, least)
