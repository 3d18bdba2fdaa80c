"""From what on something is told as wrong: by rules alone, and over the page, the first page and the probes."""

import datetime as dt
import errno
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PosixPath

import pytest
import time_machine
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.contrib.django import app

from kakou.access.models import Device
from kakou.access.scope import acting_as_system
from kakou.ledger.folding import Fold, Folding
from kakou.upkeep import actions, pages, queries, rules
from kakou.upkeep.models import Pulse
from kakou.upkeep.probing import probes
from kakou.upkeep.probing.probes import Shared
from kakou.upkeep.rules import Finding, Level, Limits, Regular, Sign
from kakou.vault.keys import KeyStore, name_of
from kakou.workorders.models import WorkOrder
from kakou.workorders.queries import open_causes
from tests.cast import AT, sign_in

SECOND, MINUTE, HOUR, DAY = (dt.timedelta(seconds=n) for n in (1, 60, 3600, 86400))
two_minutes = 2 * MINUTE
needs_database = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@given(st.floats(0, 1000), st.floats(0, 1000))
def test_a_number_grows_worse_in_one_direction(one, other):
    limits = Limits(10, 100)
    low, high = sorted((one, other))
    assert rules.rising(low, limits) <= rules.rising(high, limits)
    turned = Limits(100, 10)
    assert rules.falling(low, turned) >= rules.falling(high, turned)


@pytest.mark.parametrize(
    ("free", "total", "level"),
    [
        (500, 1000, Level.FINE),
        (60, 1000, Level.FINE),  # six per cent of a large disk is much
        (4, 1000, Level.LOOK),
        (0.5, 1000, Level.ALARM),
        (0.5, 2, Level.FINE),  # a quarter of a small one is enough
    ],
)
def test_a_disk_is_short_by_share_and_by_bytes(free, total, level):
    found = rules.of_disk("data", free=int(free * rules.GIGABYTE), total=int(total * rules.GIGABYTE))
    assert found.level is level
    assert bool(found.code) == bool(level)


class Broken(PosixPath):
    """A folder of a network disk whose server went away."""

    def stat(self, **_more):
        raise OSError(errno.EHOSTDOWN, "Host is down")


def test_a_disk_that_cannot_be_read_is_told_and_hides_no_other(settings, tmp_path):
    settings.HOME, settings.BACKUP_FOLDER = tmp_path, Broken("/mnt/backup/kakou")
    data, backups = queries._disks()
    assert (data.of, "free" in data.facts) == ("data", True)
    assert (backups.of, backups.level, backups.code) == ("backups", Level.ALARM, "disk-unread")
    assert pages.row_of(backups).trouble
    assert pages.row_of(backups).told == ""


@needs_database
def test_no_page_falls_by_a_disk_that_cannot_be_read(page, client, settings):
    beats()
    settings.BACKUP_FOLDER, settings.METRICS_TOKEN = Broken("/mnt/backup/kakou"), "a-token-of-sixteen-and-more"
    for path in ("/", "/status/"):
        assert "The disk cannot be read" in page(path)[1]
    assert page("/backups/")[0] == 200
    told = client.get("/metrics", headers={"authorization": f"Bearer {settings.METRICS_TOKEN}"}).content.decode()
    assert 'kakou_level{of="backups",what="disk"} 2.0' in told
    actions.watch(at=AT)
    with acting_as_system():
        assert [cause for cause in open_causes("upkeep")["upkeep"] if cause.endswith(":disk:backups")]


@needs_database
def test_a_key_that_does_not_open_is_told(page, monkeypatch, tmp_path):
    """The master key may be there and well: the status said so while a day of people could not be read."""
    beats()
    monkeypatch.setenv("KAKOU_KEYS", str(tmp_path / "keys"))
    store = KeyStore.create(tmp_path / "keys")
    ids = [store.data_key(dt.date(2021, 11, day))[0] for day in (8, 9)]
    assert "does not open" not in page("/status/")[1]
    (tmp_path / "keys" / "data" / name_of(ids[0])).write_bytes(b"rubbish")
    told = page("/status/")[1]
    assert "1 does not open A key does not open: what it sealed cannot be read." in told
    assert "A key does not open" in page("/")[1]


@given(silent=st.timedeltas(dt.timedelta(), HOUR), late=st.integers(60, 110))
def test_a_sign_that_does_not_come_is_one(silent, late):
    found = rules.of_sign(Sign("stays", AT - silent, dt.timedelta(seconds=late), 0), now=AT)
    assert (found.level is Level.ALARM) == (silent > dt.timedelta(seconds=late))


MINUTELY, HOURLY, DAILY = "* * * * *", "9 * * * *", "40 19 * * *"


@given(cron=st.sampled_from([MINUTELY, "5,20,35,50 * * * *", HOURLY, DAILY]), at=st.datetimes(
    dt.datetime(2021, 1, 1), dt.datetime(2030, 1, 1), timezones=st.just(dt.UTC)))  # fmt: skip
def test_what_was_done_when_it_was_due_is_never_missed(cron, at):
    due = rules.last_due(cron, at)
    assert due <= at
    assert rules.of_regular(Regular("x", cron, due + SECOND, AT, 0, False), now=at).level is Level.FINE
    if cron == MINUTELY:
        assert at - due <= 105 * SECOND, "told within two minutes"


@pytest.mark.parametrize(
    ("done", "failed", "busy", "level"),
    [
        (AT - 3 * HOUR, 0, False, Level.ALARM),
        (AT - 3 * HOUR, 0, True, Level.FINE),
        (None, 0, False, Level.ALARM),
        (AT - 10 * MINUTE, 2, False, Level.LOOK),
        (AT - 10 * MINUTE, 0, False, Level.FINE),
    ],
)
def test_an_hourly_job(done, failed, busy, level):
    assert rules.of_regular(Regular("x", HOURLY, done, AT - DAY, failed, busy), now=AT).level is level


def test_a_new_installation_has_missed_nothing():
    assert rules.of_regular(Regular("x", DAILY, None, AT - MINUTE, 0, False), now=AT).level is Level.FINE


@pytest.mark.parametrize(
    ("offsets", "synchronised", "code"),
    [
        ([], None, ""),
        ([], False, "clock-alone"),
        ([3600.0, 3600.0], True, ""),  # two phones may both be wrong
        ([150.0, 140.0, 160.0], True, "clock-off"),
        ([-150.0, -140.0, 3.0], True, "clock-off"),
        ([9000.0, 1.0, -1.0], True, ""),
    ],
)
def test_the_clock_is_wrong_where_most_phones_say_so(offsets, synchronised, code):
    assert rules.of_clock(synchronised=synchronised, offsets=offsets).code == code


@pytest.mark.parametrize(("days", "level"), [(60, Level.FINE), (20, Level.LOOK), (6, Level.ALARM), (-1, Level.ALARM)])
def test_a_certificate_ends(days, level):
    assert rules.of_certificate("x", until=AT + days * DAY, now=AT).level is level


@pytest.mark.parametrize("whole", [False, True])
def test_a_certificate_that_cannot_be_read_is_told(monkeypatch, tmp_path, whole):
    """While it is copied it may be away or cut off: that is for this page to tell, and not to fall by."""
    file = tmp_path / "leaf.pem"
    if whole:
        file.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n")
    monkeypatch.setenv("KAKOU_TLS_CERT", str(file))
    [found] = queries._certificates(AT)
    assert (found.level, found.code) == (Level.ALARM, "certificate-unread")
    assert pages.row_of(found).trouble


def test_every_trouble_has_words():
    """And every thing that is looked at."""
    text = Path(rules.__file__).read_text()
    assert set(re.findall(r'"([a-z]+-[a-z]+)"', text)) == set(pages.TROUBLES)
    assert set(re.findall(r'Finding\(\s*"(\w+)"', text)) == set(pages.WORDS)


@pytest.fixture
def noon():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def page(client, district, noon):
    def read(path, who="administrator"):
        sign_in(client, getattr(district.cast, who))
        client.cookies["django_language"] = "en"
        answer = client.get(path)
        main = re.search(r"<main.*</main>", answer.content.decode(), re.S)
        return answer.status_code, re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main[0])) if main else ""

    return read


def beats(ago=dt.timedelta(), failures=0):
    """A worker that runs, as it was so long ago."""
    Pulse.objects.using("owner").all().delete()
    signs = [Pulse(name=name, at=AT - ago, late_after=75, failures=failures) for name in ("stays", "chains")]
    Pulse.objects.using("owner").bulk_create(signs)
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_workers")
        cursor.execute("delete from procrastinate_jobs")  # what another test has left
        cursor.execute("insert into procrastinate_workers (last_heartbeat) values (%s)", [AT - ago])


@needs_database
def test_a_worker_that_is_killed_is_told_within_two_minutes(page):
    beats(20 * SECOND)
    assert "does not run" not in page("/status/")[1]
    beats(two_minutes)
    told = page("/status/")[1]
    assert "It gave no sign for longer than it may" in told
    assert "No worker runs jobs" in told
    assert "No worker runs jobs" in page("/")[1], "also where one looks first"


@needs_database
def test_nobody_else_is_told(page):
    beats(HOUR)
    assert page("/status/", "secretary")[0] == 403
    assert "No worker" not in page("/", "secretary")[1]


@needs_database
def test_a_fold_that_fails_again_and_again_is_told(page):
    beats(failures=3)
    assert "It fails again and again" in page("/status/")[1]


@needs_database
def test_a_job_that_waits_is_told(page):
    beats()
    app.configure_task("kakou.audit.tasks.write_daily_head", allow_unknown=True).defer(timestamp=1)
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_events set at = %s", [AT - 3 * MINUTE])
    found = {one.of: one for one in queries.findings(at=AT) if one.what == "queue"}
    [(_, waiting)] = found.items()
    assert (waiting.level, waiting.facts["waiting"]) == (Level.ALARM, 1)
    assert "Jobs wait longer than they should" in page("/status/")[1]


@needs_database
def test_an_alarm_is_an_order_until_it_is_over(district, noon, monkeypatch):
    found = [Finding("disk", "data", Level.ALARM, "disk-short"), Finding("clock", "", Level.LOOK, "clock-alone")]
    monkeypatch.setattr(queries, "findings", lambda at: found)
    assert (actions.watch(at=AT), actions.watch(at=AT)) == (1, 0)
    found.clear()
    actions.watch(at=AT + MINUTE)
    with acting_as_system():
        assert list(WorkOrder.objects.filter(kind="upkeep").values_list("state", flat=True)) == ["closed"]


@needs_database
def test_a_thread_of_folds_gives_signs_also_when_nothing_is_to_do(noon):
    felt = []
    thread = Folding([Fold("one", lambda at: 0)], feel=lambda folds, at: felt.append([fold.name for fold in folds]))
    thread.once(AT)
    thread.once(AT)
    assert felt == [["one"]], "at most every fifteen seconds"
    with time_machine.travel(AT + MINUTE, tick=False):
        thread._felt -= 60
        thread.once(AT + MINUTE)
    assert len(felt) == 2


@needs_database
def test_signs_are_written_over_each_other(as_worker):
    for at in (AT - MINUTE, AT):
        actions.feel([Sign(name, at, 75 * SECOND, 0) for name in ("stays", "chains")])
    assert set(Pulse.objects.values_list("name", "at")) == {("stays", AT), ("chains", AT)}


@needs_database
def test_phones_tell_that_the_clock_is_off(district, noon):
    many = Device._base_manager.using("owner").update(last_seen_at=AT, clock_offset_ms=200_000)
    [clock] = [one for one in queries.findings(at=AT) if one.what == "clock"]
    assert (clock.code == "clock-off") == (many >= rules.FEWEST_PHONES)


@needs_database
@pytest.mark.parametrize("away", ["", "database", "keys", "disk"])
def test_ready_is_who_can_take_what_a_gate_sends(client, away, settings, tmp_path, monkeypatch):
    asked = Shared(probes._database)  # what was said to the test before holds for a second
    monkeypatch.setitem(probes.READY, "database", asked)
    if away == "database":
        monkeypatch.setitem(connection.settings_dict, "HOST", str(tmp_path))
    if away == "keys":
        monkeypatch.setitem(probes.READY, "keys", lambda: (tmp_path / "master").is_file())
    if away == "disk":
        monkeypatch.setattr(probes, "LEAST_FREE", 10**18)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["missing"]) == ((503, [away]) if away else (200, []))
    assert client.get("/livez").content == b"ok\n"
    assert {client.get(f"/{probe}")["Cache-Control"] for probe in probes.PROBES} == {"no-store"}


@needs_database
def test_metrics_need_their_token(client, settings, district, noon):
    assert client.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "a-token-of-sixteen-and-more"
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 401
    client.get("/accounts/login/")
    beats()
    told = client.get("/metrics", headers={"authorization": f"Bearer {settings.METRICS_TOKEN}"}).content.decode()
    assert 'kakou_level{of="stays",what="work"} 0.0' in told
    assert 'kakou_phones{state="' in told
    assert 'kakou_page_seconds_count{route="account_login",status="2xx"}' in told
    assert "王" not in told


def test_the_database_is_asked_once_a_second_however_many_ask():
    asked, clock = [], iter([0.0, 0.0, *[0.5] * 40, 1.0, 1.0]).__next__
    lives = Shared(lambda: bool(asked.append(1) or len(asked) == 1), clock=clock)
    assert lives()
    with ThreadPoolExecutor(20) as many:
        assert all(many.map(lambda _: lives(), range(40)))
    assert len(asked) == 1
    assert not lives(), "what it says is never older than a second"


def test_whoever_asks_while_it_hangs_waits_for_that_one_answer():
    asked, asking, over = [], threading.Event(), threading.Event()

    def hangs():
        asked.append(1)
        asking.set()
        return not over.wait(30)

    lives = Shared(hangs)
    with ThreadPoolExecutor(4) as many:
        answers = [many.submit(lives) for _ in range(4)]
        assert asking.wait(30)
        over.set()
        assert [one.result() for one in answers] == [False] * 4
    assert len(asked) == 1
