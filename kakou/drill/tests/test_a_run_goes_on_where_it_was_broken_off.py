import datetime as dt
import threading

import msgspec
import pytest

from kakou.access.models import Device
from kakou.access.scope import acting_as_system
from kakou.drill import actions, playing, queries, rules
from kakou.drill.days import uploads
from kakou.drill.models import Phone, Run
from kakou.drill.phones import ServerAway
from kakou.drill.rules import DrillRefused, State
from kakou.drill.tests.intake import StandIn
from kakou.kernel.time import now
from kakou.people.models import Person, Vehicle

pytestmark = pytest.mark.django_db
EVENING = dt.datetime(2021, 8, 10, 13, 0, tzinfo=dt.UTC)  # 21:00 at the site


@pytest.fixture
def run(db, small) -> Run:
    actions.settle(seed=7, at=EVENING)
    return actions.plan(people=60, days=2, at=EVENING, window_ms=3_600_000, batch=20)


def play(run, intake, stop=None):
    return playing.play(run.pk, url=intake.url, clock=now, stop=stop or threading.Event())


def everything(run) -> set[str]:
    told = uploads(queries.story_of(run, 7), window_ms=run.window_ms, batch=run.batch)
    return {msgspec.json.decode(body)["id"] for upload in told for body in upload.items}


def test_cancelled_and_resumed_it_stores_everything_once(run):
    with StandIn() as intake:
        stop = threading.Event()
        intake.stop_after = (10, stop.set)
        assert play(run, intake, stop).state == State.CANCELLED
        half = set(intake.stored)
        assert 0 < len(half) < len(everything(run))

        intake.stop_after = None
        done = play(run, intake)
        assert (done.state, done.permille) == (State.DONE, 1000)
        assert set(intake.stored) == everything(run)
        assert all(order == sorted(set(order)) for order in intake.order.values())
        assert done.counts["stored"] == len(intake.stored)
        with pytest.raises(DrillRefused):
            play(run, intake)


def test_people_and_cars_are_registered_and_phones_enrolled_once(run):
    with StandIn() as intake:
        play(run, intake)
    with acting_as_system():
        assert Person.objects.count() == 60
        assert {vehicle.lives_here for vehicle in Vehicle.objects.all()} == {True}
        assert Device.objects.count() == Phone.objects.count() == len(queries.story_of(run, 7).world.staffed)
        device = Device.objects.order_by("pk").first()
        assert device.name.endswith("1号机")
    sealed = bytes(Phone.objects.first().token)
    with StandIn() as intake:
        told = Run.objects.get()
        told.state = State.CANCELLED
        told.save()
        play(told, intake)
        assert not intake.requests  # every phone knew that it had said everything
    assert sealed == bytes(Phone.objects.first().token)


def test_the_rest_leaves_out_what_the_first_run_told(run):
    rest = actions.plan_rest(people=90, days=3, at=EVENING)
    assert rest is not None
    assert actions.plan_rest(people=90, days=3, at=EVENING) == rest
    assert not everything(run) & everything(rest)
    with pytest.raises(DrillRefused):
        actions.plan(people=60, days=2, at=EVENING)


def test_a_server_that_is_away_leaves_it_to_be_resumed(run, monkeypatch):
    with StandIn() as intake:
        nobody = intake.url
    monkeypatch.setattr("kakou.drill.phones.fleet.Fleet.__init__.__kwdefaults__", {"lines": 4, "patience": 0.1})
    with pytest.raises(ServerAway):
        playing.play(run.pk, url=nobody, clock=now, stop=threading.Event())
    run.refresh_from_db()
    assert (run.state, run.trouble) == (State.FAILED, "drill-server-away")
    actions.ask_to_go_on(run, by=None, at=EVENING)
    run.refresh_from_db()
    assert run.state == State.WAITING


def test_who_asks_to_stop_is_heard(run):
    with StandIn() as intake:
        intake.stop_after = (8, lambda: None)
        actions.ask_to_stop(run, by=None, at=EVENING)
        run.refresh_from_db()
        assert run.state == State.CANCELLED
        assert not queries.run_views()[0].may_stop
        assert queries.run_views()[0].may_go_on


def test_a_live_run_is_not_taken_from_its_process(run):
    Run.objects.update(state=State.RUNNING, beat_at=now())
    with StandIn() as intake, pytest.raises(DrillRefused):
        play(run, intake)
    Run.objects.update(beat_at=now() - dt.timedelta(minutes=5))
    with StandIn() as intake:
        assert play(run, intake).state == State.DONE


def test_the_story_goes_on_and_every_passage_is_stored_once(run):
    later = EVENING + dt.timedelta(hours=12)
    with StandIn() as intake:
        played = playing.play(run.pk, url=intake.url, clock=lambda: EVENING, stop=threading.Event())
        first = set(intake.stored)
        broken = threading.Event()
        broken.set()
        assert playing.go_on(url=intake.url, clock=lambda: later, stop=broken) == 0
        told = playing.go_on(url=intake.url, clock=lambda: later, stop=threading.Event())
        assert told == len(set(intake.stored) - first) > 20
        assert all(order == sorted(set(order)) for order in intake.order.values())
        played.refresh_from_db()
        assert played.until == later
        assert playing.go_on(url=intake.url, clock=lambda: later, stop=threading.Event()) == 0
        actions.let_time_pass(False, by=None, at=later)
        assert playing.go_on(url=intake.url, clock=lambda: later + dt.timedelta(hours=3), stop=threading.Event()) == 0


def test_phones_with_nothing_to_say_give_a_sign_of_life_within_five_minutes(run):
    with StandIn() as intake:
        twice = playing.play(run.pk, url=intake.url, clock=lambda: EVENING, stop=threading.Event()).counts
        spoke = Phone.objects.exclude(last=None).count()
        stored, before = len(intake.stored), intake.requests
        for minute in range(1, 6):
            at = EVENING + dt.timedelta(minutes=minute)
            playing.go_on(url=intake.url, clock=lambda at=at: at, stop=threading.Event())
        assert intake.requests - before >= spoke - 2 > 0  # two have no network
        assert len(intake.stored) - stored < 60
        assert Run.objects.get().counts.get("duplicate") == twice.get("duplicate")  # they are not counted


def test_many_people_are_several_runs_each_told_by_phones_of_its_own(db, small, monkeypatch):
    monkeypatch.setattr(rules, "PORTION", 40)
    actions.settle(seed=7, at=EVENING)
    first = actions.plan(people=100, days=1, at=EVENING)
    known = queries.runs()
    assert known[0] == first
    assert [(run.people, run.device) for run in known] == [([0, 40], 1), ([40, 80], 2), ([80, 100], 3)]
    with StandIn() as intake:
        assert {play(run, intake).state for run in known} == {State.DONE}
    assert queries.settled().people == 100
    told = {item["subject"]["id"] for item in intake.stored.values() if item["subject"].get("id")}
    world = queries.story_of(first, 7).world
    for low, high in ((0, 40), (40, 80), (80, 100)):
        assert told & {str(world.person(number).id) for number in range(low, high)}
    assert len(intake.order) > len(world.staffed)


def test_a_million_people_have_six_days_at_most():
    rules.check_size(1_000_000, 6)
    rules.check_size(100_000, 60)
    for people, days in ((1_000_000, 7), (1_000_001, 1), (100_001, 60)):
        with pytest.raises(DrillRefused):
            rules.check_size(people, days)
