"""What a closed place would have spared, and which places carried most: asked and read, on a desk and on a phone."""

from __future__ import annotations

import pytest
import time_machine
from playwright.sync_api import expect

from kakou.access.scope import acting_as
from kakou.tracing.actions.answering import answer_question
from kakou.tracing.models import Question
from kakou.tracing.segments import warm_index
from kakou.tracing.tests.casework import NOW, begun, passed, quarter
from kakou.tracing.tests.tracework import folder
from tests.journeys.conftest import DESK, PHONE

__all__ = ["folder", "quarter"]


@pytest.fixture(autouse=True)
def evening():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def outbreak(quarter, folder):
    """Ann is ill; others were with her in the market, in the compound and through its gate."""
    passed(
        quarter.visit(quarter.ann, 1, 3), quarter.visit(quarter.ben, 2, 2.5), quarter.visit(quarter.cai, 1, 3),
        quarter.visit(quarter.dan, 1.5, 3), quarter.visit(quarter.ann, -40, -30, quarter.tree.garden_gate.pk),
        quarter.visit(quarter.cai, -40, -30, quarter.tree.garden_gate.pk),
    )  # fmt: skip
    return begun(quarter)[0]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_it_is_asked_and_answered(sit, quarter, outbreak, language):
    desk = sit(quarter.investigator, language=language)
    page = desk.open(f"/tracing/outbreak/{outbreak.pk}/questions/")
    assert desk.flaws(f"questions-{language}") == []
    page.set_viewport_size(DESK)
    close = page.locator("form[action*='/close/']")
    close.locator("select").select_option(str(quarter.market))
    close.locator("input[type=date]").fill("2021-08-10")
    close.locator("input[name=reason]").fill("是否关闭菜场")
    close.locator("button.main").click()
    expect(page.locator("#live .badge.info")).to_be_visible()
    answered(quarter)
    page.reload()
    expect(page.locator(".counts")).to_be_visible()
    assert desk.flaws(f"question-closing-{language}") == []
    desk.open(f"/tracing/outbreak/{outbreak.pk}/questions/")
    page.set_viewport_size(PHONE)
    rank = page.locator("form[action*='/rank/']")
    rank.locator("input[name=reason]").fill("哪里接触最多")
    rank.locator("button.main").click()
    expect(page.locator("#live .badge.info")).to_be_visible()
    answered(quarter)
    page.reload()
    expect(page.locator("tbody").first).to_contain_text("东城菜场")
    assert desk.flaws(f"question-ranking-{language}") == []


def answered(quarter):
    """As the tracer does it."""
    with acting_as(quarter.investigator):
        waiting = [one.pk for one in Question.objects.filter(state="queued")]
    for one in waiting:
        answer_question(one, warm_index(NOW), at=NOW)
    assert waiting
