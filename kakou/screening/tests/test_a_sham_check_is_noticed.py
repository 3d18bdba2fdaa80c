"""R31, R32: eight equal temperatures in a row were not measured; a few of every shift are asked again, by lot."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.errors import NotAllowed, NotFound
from kakou.kernel.ids import new_id
from kakou.screening.actions.audits import ASKED, SPOT_AUDIT, AuditRefused, Drawn, answer, draw
from kakou.screening.models import SpotAudit
from kakou.screening.queries.audits import audit_at, audits
from kakou.screening.rules.honesty import Reading, drawn, equal_runs, shift_of
from kakou.workorders.events import register_kind
from kakou.workorders.models import WorkOrder
from tests.cast import AT

db = pytest.mark.django_db(databases=["default", "owner"])
YES = dict.fromkeys(map(str, ASKED), "yes")


def readings(*tenths):
    return [Reading(new_id(), each) for each in tenths]


def test_a_run_is_told_with_its_first_passage_and_its_length():
    found = readings(365, 366, *[364] * 8, 365, *[366] * 9)
    runs = equal_runs(found, least=8)
    assert [(run.first, run.tenths, run.many) for run in runs] == [
        (found[2].passage, 364, 8), (found[11].passage, 366, 9),
    ]  # fmt: skip


@given(st.lists(st.integers(362, 365), max_size=60), st.integers(2, 9))
def test_runs_are_maximal_and_none_is_missed(tenths, least):
    found = readings(*tenths)
    runs = equal_runs(found, least=least)
    place = {reading.passage: at for at, reading in enumerate(found)}
    covered = set()
    for run in runs:
        start = place[run.first]
        assert {reading.tenths for reading in found[start : start + run.many]} == {run.tenths}
        assert start == 0 or found[start - 1].tenths != run.tenths
        covered |= set(range(start, start + run.many))
    for start in range(len(tenths) - least + 1):
        window = range(start, start + least)
        assert len({tenths[at] for at in window}) > 1 or covered.issuperset(window)


def test_the_lot_is_the_same_whenever_it_is_drawn_and_another_with_another_key():
    passages = [new_id() for _ in range(200)]
    first = drawn(passages, 5, key=b"a" * 32)
    assert first == drawn(passages[::-1], 5, key=b"a" * 32) and len(set(first)) == 5
    assert first != drawn(passages, 5, key=b"b" * 32)


def test_everybody_may_be_drawn():
    """Each of twenty is among the first two in some of three hundred shifts."""
    passages = [new_id() for _ in range(20)]
    met = {passage for shift in range(300) for passage in drawn(passages, 2, key=shift.to_bytes(32, "big"))}
    assert met == set(passages)


@given(
    st.datetimes(dt.datetime(2021, 1, 1), dt.datetime(2022, 12, 31)), st.sampled_from(["Asia/Shanghai", "Europe/Paris"])
)
def test_every_moment_lies_in_one_shift(moment, zone):
    at = moment.replace(tzinfo=dt.UTC)
    start, end = shift_of(at, ZoneInfo(zone))
    assert start <= at < end
    assert shift_of(start, ZoneInfo(zone)) == (start, end)  # its first moment is in it
    assert shift_of(end, ZoneInfo(zone))[0] == end  # and the next begins where it ends


@pytest.mark.parametrize(
    ("clock", "shift"),
    [("06:59", "21:00"), ("07:00", "07:00"), ("13:59", "07:00"), ("14:00", "14:00"), ("23:30", "21:00")],
)
def test_the_shifts_are_those_of_the_site(clock, shift):
    zone = ZoneInfo("Asia/Shanghai")
    at = dt.datetime.fromisoformat(f"2021-08-10T{clock}").replace(tzinfo=zone)
    assert shift_of(at, zone)[0].astimezone(zone).strftime("%H:%M") == shift


@pytest.fixture
def one(as_worker, cast, tree):
    register_kind(SPOT_AUDIT)
    with acting_as_system():
        passage = new_id()
        assert draw(AT, [Drawn(passage, tree.garden_gate.pk)], at=AT) == 1
        assert draw(AT, [Drawn(passage, tree.garden_gate.pk)], at=AT) == 0
        return audit_at(passage)


@db
def test_whoever_is_drawn_is_asked_once_and_the_answers_stand(one, cast):
    with acting_as(cast.worker):
        assert list(audits(None, answered=False)) == [one]
        answer(one, YES | {"temperature": "no"}, note="was waved through", by=cast.worker, at=AT)
        assert list(audits(None, answered=False)) == []
        assert audit_at(one.pk).answers["temperature"] == "no"
        assert WorkOrder.objects.get(kind="spot_audit").closed_at == AT


@db
@pytest.mark.parametrize("answers", [{}, {"health": "yes"}, YES | {"mask": "perhaps"}, YES | {"x": "yes"}])
def test_half_an_answer_is_none(one, cast, answers):
    with acting_as(cast.worker):
        with pytest.raises(AuditRefused):
            answer(one, answers, note="", by=cast.worker, at=AT)
        assert SpotAudit.objects.get().answers is None


@db
def test_who_stood_at_the_gate_does_not_answer_for_himself(one, cast):
    with acting_as(cast.recorder), pytest.raises(NotAllowed):
        answer(one, YES, note="", by=cast.recorder, at=AT)
    with acting_as(cast.neighbour), pytest.raises(NotFound):
        audit_at(one.pk)
