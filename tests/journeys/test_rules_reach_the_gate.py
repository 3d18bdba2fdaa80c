"""The office raises the limit to 37.5 on its page; the phone at the gate goes by it from its next contact on.

What was judged before keeps the rules it was judged by; both stand on the trail, each with its version.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from kakou.access.scope import acting_as_system
from kakou.kernel.time import now, to_ms
from kakou.ledger.models import Passage
from kakou.screening.actions.packs import end_publication
from kakou.screening.queries.packs import publications
from kakou.vault.keys import bundles
from tests.cast import enrol
from tests.gate_phone import GatePhone, judged
from tests.phone import phone_code

LIMIT = "Abnormal temperature from"


@pytest.fixture
def phone(district):
    with acting_as_system():  # the district's own rules are for another day
        for publication in publications():
            end_publication(publication, by=None, at=now())
    with phone_code() as code:
        token = enrol(district.cast.lead, district.tree.garden_gate, "三号机")[1]
        yield GatePhone(code, token=token, key=bundles.public_jwk())


def warm(tenths=374):
    """Somebody with 37.4 °C, all else as it should be, as the phone's domain takes a case."""
    at = to_ms(now())
    checks = {
        "health": "green", "travel": "green", "health_at": at, "travel_at": at, "vaccination": "full",
        "origin": "local", "mask": "correct", "temperature": tenths,
    }  # fmt: skip
    return {"at": at, "day": now().date().isoformat(), "direction": "in", "who": "visitor", "record": "known",
            "checks": checks}  # fmt: skip


def pass_by(phone, subject):
    """The phone judges and records; returns the verdict it showed."""
    case = warm()
    verdict = phone.judge(case)
    crossed = verdict["outcome"] in ("admit", "admit_with_action")
    (answer,) = phone.upload(
        {"subject": {"kind": "person", "id": str(subject)}, "checks": case["checks"], "who": "visitor",
         "crossed": crossed, **judged(verdict)}
    )  # fmt: skip
    assert answer["result"] == "stored", answer
    return verdict


def test_a_limit_changed_by_the_office_reaches_the_phone_at_its_next_contact(sit, district, phone, record_property):
    # the phone comes by the rules that hold, and 37.4 °C is too warm
    assert phone.contact() == 200
    before = pass_by(phone, district.zhao)
    assert (before["outcome"], before["pack"]) == ("hold", "cn-2021-08.1")
    assert "temperature.fever" in before["reasons"]

    # the office: the version in force, its numbers, 37.5, why
    desk = sit(district.cast.administrator, language="en")
    page = desk.open("/screening/rules/cn-2021-08.1/")
    expect(page.get_by_role("row", name=LIMIT)).to_contain_text("37.3 °C")
    assert desk.flaws("rules-pack") == []
    page.get_by_role("link", name="Change the numbers").click()
    page.get_by_label(LIMIT).fill("37.5")
    page.get_by_role("button", name="Make the version").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()  # it says why, or it is not made
    assert desk.flaws("rules-numbers") == []
    page.get_by_label("Why they are changed").fill("hot weather")
    page.get_by_role("button", name="Make the version").click()
    expect(page.get_by_text("It holds nowhere until you publish it.")).to_be_visible()
    assert desk.flaws("rules-publish") == []
    version = re.search(r"cn-2021-08\.\d+", page.url)[0]

    # made, and not published: nothing has changed at the gate
    assert phone.contact() == 304

    page.get_by_label("At", exact=True).select_option(label="　　阳光小区")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Phones at these gates go by it from their next contact on.")).to_be_visible()
    assert desk.flaws("rules-published") == []

    # until it asks, the phone goes by what it has; asked, it goes by the new limit
    assert phone.judge(warm())["pack"] == "cn-2021-08.1"
    assert phone.contact() == 200
    after = pass_by(phone, district.zhao)
    assert (after["outcome"], after["pack"]) == ("admit", version)
    assert phone.judge(warm(375))["outcome"] == "hold"

    # each passage keeps the version it was judged by, in the ledger and on the page
    with acting_as_system():
        packs = list(
            Passage.objects.filter(subject=district.zhao)
            .exclude(pack="")
            .order_by("seq")
            .values_list("pack", flat=True)
        )
    assert packs == ["cn-2021-08.1", version]
    record_property("rules_reached_the_phone", len(packs))
    trail = sit(district.cast.worker, language="en")
    told = trail.open(f"/ledger/subject/{district.zhao}/")
    for pack in packs:
        expect(told.get_by_text(pack).first).to_be_visible()
