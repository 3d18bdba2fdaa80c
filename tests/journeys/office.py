"""What journeys of the office share: a gate that records, the worker that follows it, figures read off a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connections
from playwright.sync_api import Page

from kakou.ledger.models import Stay
from kakou.ledger.tests.deskwork import Phone
from kakou.ledger.tests.gatework import fold_all
from tests.cast import AT, enrol, reconnect
from tests.district import District


@contextmanager
def as_the_worker() -> Iterator[None]:
    """What is done within is done in the worker's role of the database; no page is asked meanwhile."""
    before = connections["default"].settings_dict["USER"]
    reconnect("kakou_worker")
    try:
        yield
    finally:
        reconnect(before)


def followed() -> None:
    """The worker has followed everything that was recorded."""
    with as_the_worker():
        fold_all(at=AT)


@pytest.fixture
def gate(district: District) -> Phone:
    """The phone at the south gate of the compound. The stays that the district lays down by hand go: the worker makes
    them of the passages."""
    Stay._base_manager.using("owner").all().delete()
    with as_the_worker():
        return Phone(enrol(district.cast.lead, district.tree.garden_gate, "三号机")[0])


def figure(page: Page, what: str) -> int:
    """A headline figure of the page."""
    box = page.locator(".counts > *").filter(has=page.get_by_text(what, exact=True))
    return int(re.sub(r"\D", "", box.locator(".many").inner_text()))


__all__ = ["as_the_worker", "figure", "followed", "gate"]
