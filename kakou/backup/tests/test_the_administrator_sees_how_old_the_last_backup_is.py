"""The first page tells the administrator, and nobody else, how old the last backup and its last proof are."""

import datetime as dt
import re

import pytest
import time_machine

from kakou.backup import actions, journal
from kakou.backup.rules import Kind, Run
from kakou.workorders.models import WorkOrder
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def noon(settings, tmp_path):
    settings.HOME, settings.BACKUP_FOLDER = tmp_path, tmp_path / "backups"
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def page(client, district):
    def read(path, who="administrator", language="en"):
        sign_in(client, getattr(district.cast, who))
        client.cookies["django_language"] = language
        answer = client.get(path)
        main = re.search(r"<main.*</main>", answer.content.decode(), re.S)
        return answer.status_code, re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main[0])) if main else ""

    return read


def ran(home, kind, ago, trouble=""):
    began = AT - ago
    journal.add(home, Run(kind, "2021-08-10T000000Z", began, began + HOUR, 1_000_000, 9_000_000, 5_000, trouble))


def orders():
    found = WorkOrder._base_manager.using("owner").filter(kind__in=[kind.name for kind in actions.KINDS])
    return {(order.kind, order.closed_at is not None) for order in found}


def test_the_first_page_tells_the_age_of_the_last_backup_and_of_the_last_proof(page, tmp_path):
    ran(tmp_path, Kind.BACKUP, 3 * HOUR)
    ran(tmp_path, Kind.DRILL, 6 * DAY)
    _, told = page("/")
    assert "Last backup 3 hours ago" in told
    assert "Last restored for proof 6 days ago" in told
    assert "too long ago" not in told


def test_nobody_else_is_told_and_a_new_installation_is_not_called_late(page, tmp_path):
    assert "Last backup" not in page("/", "secretary")[1]
    assert page("/backups/", "secretary")[0] == 403
    _, told = page("/backups/")
    assert "never" in told
    assert "too long ago" not in told
    assert "kakou keys export" in told


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_is_too_old_says_what_to_do(page, tmp_path, language):
    ran(tmp_path, Kind.BACKUP, 5 * DAY)
    ran(tmp_path, Kind.BACKUP, 2 * HOUR, "backup-disk-full")
    ran(tmp_path, Kind.DRILL, 20 * DAY)
    _, told = page("/backups/", language=language)
    assert ("too long ago" if language == "en" else "时间过长") in told
    assert told.count("kakou backup") >= 1
    assert "kakou restore --drill" in told
    assert ("The disk is full" if language == "en" else "磁盘已满") in told


def test_the_last_that_went_well_is_known_however_many_failed_since(page, tmp_path):
    """Every ten minutes for a day, on a full disk."""
    ran(tmp_path, Kind.BACKUP, 40 * HOUR)
    ran(tmp_path, Kind.DRILL, 30 * HOUR)
    ran(tmp_path, Kind.RESTORE, 28 * HOUR)
    for n in range(144, 0, -1):
        ran(tmp_path, Kind.BACKUP, n * HOUR / 6, "backup-disk-full")
    _, told = page("/")
    assert "Last backup never" not in told
    assert "Last restored for proof never" not in told
    runs = journal.read(tmp_path, at=AT).runs
    assert [run.kind for run in runs if run.well] == [Kind.BACKUP, Kind.DRILL, Kind.RESTORE]
    assert len(runs) == journal.KEPT + 3


def test_what_a_clock_that_ran_ahead_has_dated_is_not_the_last_that_went_well(tmp_path):
    ran(tmp_path, Kind.BACKUP, 40 * HOUR)
    ran(tmp_path, Kind.BACKUP, -300 * DAY)
    for n in range(144, 0, -1):
        ran(tmp_path, Kind.BACKUP, n * HOUR / 6, "backup-disk-full")
    assert [run.began for run in journal.read(tmp_path, at=AT).runs if run.well] == [AT - 40 * HOUR]


def test_an_order_opens_when_it_is_late_and_closes_when_one_is_made(district, tmp_path):
    ran(tmp_path, Kind.BACKUP, 5 * DAY)
    ran(tmp_path, Kind.DRILL, 1 * DAY)
    actions.watch_backups(at=AT)
    actions.watch_backups(at=AT)
    assert orders() == {("backup_late", False)}
    ran(tmp_path, Kind.BACKUP, HOUR)
    actions.watch_backups(at=AT)
    assert orders() == {("backup_late", True)}
