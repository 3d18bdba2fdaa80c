"""A drill day of causes from every source, with failures, retries and kill -9 of the worker: each opens exactly one
order, each closes or is listed open with an owner and a due time; none lost, none doubled."""

import os

import pytest

from kakou.workorders.events import KINDS
from tests.loops.day import play
from tests.loops.sources import DRAWN, NOT_HERE, PASSING, SOURCES

stored = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
private = pytest.mark.skipif("DATABASE_URL" in os.environ, reason="the worker finds the private server only")
pytestmark = [pytest.mark.xdist_group("chaos"), pytest.mark.timeout(600)]
WRONG = ("doubled", "lost", "unowned", "unexplained", "open", "closed", "steps", "without evidence")


def test_every_kind_has_a_source_or_a_reason_why_not():
    known = {name for name in KINDS if not name.startswith("t_")}
    assert known == SOURCES.keys() | DRAWN.keys() | NOT_HERE.keys()
    assert known >= PASSING.keys()
    assert not NOT_HERE.keys() & SOURCES.keys()


@pytest.fixture
def played(tmp_path, record_property, transactional_db):
    """Plays a day and judges it; what it came to is told whether or not it is well."""

    def of(**how):
        day = play(folder=tmp_path, **how)
        wrong = {what: day.judgement.wrong[what] for what in WRONG}
        for what, many in sorted((wrong | day.counts).items()):
            record_property(what, many)
        print(*day.failed, *day.judgement.words, (tmp_path / "worker.log").read_text()[-20_000:], sep="\n")
        assert (day.failed, day.judgement.words) == ([], [])
        return day.counts

    return of


@stored
@private
@pytest.mark.timeout(1200)
def test_a_short_day(played):
    counts = played(seed=1, many=150, kills=2, compounds=6)
    assert counts["kills"] >= 2
    assert counts["causes"] >= 150


@stored
@private
@pytest.mark.chaos
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_whole_day(played, seed):
    counts = played(seed=seed, many=int(os.environ.get("KAKOU_CAUSES", "2000")), kills=8, compounds=40)
    assert counts["kills"] >= 8
