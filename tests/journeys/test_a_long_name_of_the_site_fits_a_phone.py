"""Whatever a site is called, no page is wider than the phone on which it stands."""

from pathlib import Path

import time_machine
from django.conf import settings

from kakou.kernel.site import Site, write_site
from tests.cast import AT
from tests.journeys.conftest import PHONE


def test_a_name_without_a_gap_breaks_where_the_screen_ends(sit, district):
    write_site(Path(settings.HOME), Site("W" * 60))
    with time_machine.travel(AT, tick=True):
        for who in (district.cast.secretary, None):
            desk = sit(who, size=PHONE)
            desk.page.goto(desk.address + ("/ledger/today/" if who else "/accounts/login/"))
            assert "W" * 60 in desk.page.locator("footer").inner_text()
            assert desk.sideways() <= 0
