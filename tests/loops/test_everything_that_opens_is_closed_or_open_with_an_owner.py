"""A drill day of causes from every source, with failures, retries and kill -9 of the worker: each opens exactly one
order, each closes or is listed open with an owner and a due time; none lost, none doubled."""

import os

import pytest

from kakou.workorders.events import KINDS
from tests.loops.day import play
from tests.loops.sources import DRAWN, NOT_HERE, PASSING, SOURCES

stored = [
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
    pytest.mark.skipif("DATABASE_URL" in os.environ, reason="the worker finds the private server only"),
]


def test_every_kind_has_a_source_or_a_reason_why_not():
    known = {name for name in KINDS if not name.startswith("t_")}
    assert known == SOURCES.keys() | DRAWN.keys() | NOT_HERE.keys()
    assert known >= PASSING.keys()
    assert not NOT_HERE.keys() & SOURCES.keys()


@pytest.fixture
def played(tmp_path, record_property, transactional_db):
    def of(**how):
        day = play(folder=tmp_path, **how)
        for what, many in sorted(day.counts.items()):
            record_property(what, many)
        for what in ("doubled", "lost", "unowned", "unexplained"):
            record_property(what, day.judgement.wrong[what])
        print(*day.failed, *day.judgement.words, dict(day.counts), sep="\n")
        print((tmp_path / "worker.log").read_text()[-20_000:])
        assert (day.failed, day.judgement.words) == ([], [])
        return day

    return of


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_short_day(played):
    day = played(seed=1, many=int(os.environ.get("MANY", "150")), kills=2, compounds=6)
    assert day.counts["kills"] == 2
