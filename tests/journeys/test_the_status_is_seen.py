"""The administrator sees on the first page that something does not run, and on the page Status what to do."""

import pytest
import time_machine
from django.db import connections

from kakou.upkeep.models import Pulse
from tests.cast import AT
from tests.journeys.test_every_page_stands import looked_at


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_stands_still_is_seen_and_leads_to_what_to_do(sit, district, language):
    with connections["owner"].cursor() as cursor:  # jobs and workers that another test has left
        cursor.execute("truncate procrastinate_jobs, procrastinate_workers cascade")
    Pulse.objects.using("owner").bulk_create(
        [Pulse(name=name, at=AT, late_after=late, failures=0) for name, late in (("stays", 10_000), ("chains", 0))]
    )
    with time_machine.travel(AT, tick=True):
        desk = sit(district.cast.administrator, language=language)
        desk.page.goto(desk.address + "/")
        assert not list(looked_at(desk, language))
        assert desk.page.locator("#upkeep .alarm").count() == 2  # a fold, and no worker of jobs
        desk.page.locator("#upkeep a").first.click()
        assert desk.page.url.startswith(desk.address + "/status/")
        assert not list(looked_at(desk, language))
        assert desk.page.locator("tbody .badge.stop").count() == 2
        assert not desk.wrong
