"""The pictures of an outbreak as its investigator comes to them: from the outbreak, from a person, out as a file."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from kakou.access.scope import acting_as
from kakou.tracing.actions.cases import CaseFacts, NewContact, become_case, involve, take_step
from kakou.tracing.actions.outbreaks import open_outbreak, set_measure
from kakou.tracing.models import ControlMeasure, Involved
from kakou.tracing.policy import Grade
from kakou.tracing.rules.standing import CaseState, Move, Origin
from kakou.tracing.tests.casework import HOUR, NOON, NOW, begun, passed, quarter, register
from kakou.tracing.tests.test_a_case_is_traced_through_the_ledger import traced
from kakou.tracing.tests.tracework import folder
from tests.journeys.conftest import DESK, PHONE

__all__ = ["folder", "quarter"]
FAMILIES = "赵钱孙周吴郑冯陈褚卫蒋沈韩杨"


@pytest.fixture
def outbreak(quarter, folder):
    """Ann, whom Ben and Cai met in the market; both fell ill, and exposed a dozen whom they named themselves."""
    morning = [quarter.visit(who, 1 + n / 10, 3) for n, who in enumerate((quarter.ann, quarter.ben, quarter.cai))]
    passed(*morning, quarter.visit(quarter.ben, 20, 21), quarter.visit(quarter.cai, 22, None))
    found, ann = begun(quarter)
    traced(ann, quarter.investigator)
    by, home = quarter.investigator, quarter.tree.garden.pk
    with acting_as(by):
        set_measure(found, node=quarter.market, kind=ControlMeasure.Kind.CLOSED, since=NOW - HOUR, by=by, at=NOW)
        ill = [_falls_ill(who, NOW.date(), by) for who in (quarter.ben, quarter.cai)]
        named = [
            NewContact(
                register(home, f"{family}一", phone=f"1390013{n:04d}"), home, Grade.CLOSE if n % 3 else Grade.SECONDARY,
                Origin.INTERVIEW, NOON + (24 + n) * HOUR, source=ill[n % 2].pk,
            )
            for n, family in enumerate(FAMILIES)
        ]  # fmt: skip
        for n, one in enumerate(involve(found, named, by=by, at=NOW)):
            if n % 4:
                take_step(one, Move.ACCEPTED, grade=Grade(one.proposed), by=by, at=NOW)
    return found


def _falls_ill(who, day, by):
    one = Involved.objects.get(subject=who)
    take_step(one, Move.ACCEPTED, grade=Grade.CLOSE, by=by, at=NOW)
    state = CaseState.CONFIRMED
    return become_case(one, CaseFacts(state, onset_on=day, positive_at=NOW, isolated_at=NOW), by=by, at=NOW)


def person(quarter, subject):
    with acting_as(quarter.investigator):
        return Involved.objects.get(subject=subject).pk


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_page_stands_without_a_flaw(sit, quarter, outbreak, language):
    desk = sit(quarter.investigator, language=language)
    base = f"/tracing/outbreak/{outbreak.pk}/"
    ann, ben = person(quarter, quarter.ann), person(quarter, quarter.ben)
    for name, path in {
        "chain": f"{base}chain/", "chain-all": f"{base}chain/?all=1", "curve": f"{base}curve/",
        "map": f"{base}map/", "timeline": f"/tracing/person/{ann}/timeline/",
        "together": f"/tracing/person/{ann}/timeline/?with={ben}",
    }.items():  # fmt: skip
        desk.page.set_viewport_size(DESK)  # wide from the start, so that the chain moves
        desk.open(path).wait_for_load_state("networkidle")
        assert desk.flaws(f"seen-{name}-{language}") == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_is_not_there_yet_says_what_to_do(sit, quarter, language):
    by = quarter.investigator
    with acting_as(by):
        empty = open_outbreak(node=quarter.tree.east.pk, title="尚无病例", plan="cn-9", by=by, at=NOW)
    desk = sit(by, language=language)
    for what in ("", "chain/", "curve/", "map/"):
        desk.open(f"/tracing/outbreak/{empty.pk}/{what}").wait_for_load_state("networkidle")
        assert desk.flaws(f"seen-no-{what.strip('/')}-{language}") == []


def test_the_way_goes_from_the_outbreak_to_two_people_side_by_side(sit, quarter, outbreak):
    desk = sit(quarter.investigator)
    page = desk.open(f"/tracing/outbreak/{outbreak.pk}/")
    page.get_by_role("link", name="传播链").click()
    page.get_by_role("link", name="全部排查人员").click()
    page.get_by_text("同样内容的表格").click()
    expect(page.locator(".twin tbody tr")).to_have_count(17)
    with page.expect_download() as kept:
        page.get_by_role("link", name="表格").first.click()
    assert kept.value.suggested_filename.startswith("2021 八月 东城-chain-")
    page.locator(".twin tbody a").first.click()
    page.get_by_role("link", name="轨迹图").click()
    page.get_by_label("与谁对照").select_option(index=1)
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("同在一处 2 次").first).to_be_attached()


def test_a_phone_shows_the_same(sit, quarter, outbreak):
    desk = sit(quarter.investigator, size=PHONE)
    page = desk.open(f"/tracing/outbreak/{outbreak.pk}/chain/")
    expect(page.locator("#chain-still svg")).to_be_visible()
    assert desk.sideways() <= 0
