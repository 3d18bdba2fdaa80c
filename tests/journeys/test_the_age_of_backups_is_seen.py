"""The administrator sees on the first page how old the last backup is, and on the page Backups what to do."""

import datetime as dt

import pytest
import time_machine

from kakou.backup import journal
from kakou.backup.rules import Kind, Run
from tests.cast import AT
from tests.journeys.test_every_page_stands import looked_at

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
RUNS = (
    (Kind.BACKUP, 6 * DAY, ""), (Kind.DRILL, 6 * DAY - HOUR, ""), (Kind.BACKUP, 5 * DAY, ""),
    (Kind.BACKUP, 4 * DAY, "backup-disk-full"), (Kind.RESTORE, 3 * HOUR, "restore-database-in-use"),
)  # fmt: skip


@pytest.fixture
def ran(settings, tmp_path):
    settings.HOME, settings.BACKUP_FOLDER = tmp_path, tmp_path / "backups"
    for kind, ago, trouble in RUNS:
        began = AT - ago
        journal.add(
            tmp_path, Run(kind, "2021-08-05T183000Z", began, began + HOUR / 6, 1_000_720, 2**28, 2**20, trouble)
        )


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_is_too_old_is_seen_and_leads_to_what_to_do(sit, district, ran, language):
    with time_machine.travel(AT, tick=True):
        desk = sit(district.cast.administrator, language=language)
        desk.page.goto(desk.address + "/")
        assert not list(looked_at(desk, language))
        desk.page.locator("#backups a").first.click()
        assert desk.page.url.startswith(desk.address + "/backups/")
        assert not list(looked_at(desk, language))
        assert desk.page.locator("text=kakou restore --drill").count() == 0  # the last proof is six days old
        assert desk.page.locator("p.alarm", has_text="kakou backup").count() == 1
        assert not desk.wrong
