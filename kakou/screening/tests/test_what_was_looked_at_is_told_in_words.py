"""An investigator reads what a gate looked at: each look in the pack's order, and which code nobody verified."""

import pytest
from hypothesis import given

from kakou.screening.packs import SHIPPED, looks_in_words, shipped
from kakou.screening.tests.strategies import cases

PACK = shipped("cn-2021-08")
CHECKS = {
    "temperature": 365, "temperature_by": "forehead", "thermometer": "t-7", "temperature_before": 374,
    "mask": "correct", "mask_guided": True, "mask_corrected": True, "health": "green", "health_how": "live",
    "vaccination": "full", "vaccine": "CoronaVac", "doses": 2, "dose_on": "2021-06-18",
    "origin": "low", "origin_from": "320324",
}  # fmt: skip


def test_every_look_has_its_line_in_the_order_of_the_steps():
    assert looks_in_words(PACK, CHECKS, {"travel": "no_phone"}, "zh") == [
        "健康码 绿码 · 当面打开 · 本人出示，未核验",
        "行程码未查验（没有手机）",
        "疫苗接种 已全程接种 · 科兴（克尔来福） · 2 剂 · 2021-06-18",
        "从哪来 低风险地区 · 320324",
        "口罩 戴好 · 已指导 · 已纠正",
        "体温 36.5 °C · 额温 · t-7 · 复测前 37.4 °C",
    ]
    assert looks_in_words(PACK, CHECKS, {}, "en")[0].endswith("live · observed, not verified")


@pytest.mark.parametrize(
    ("how", "verified"), [("official", True), ("live", False), ("screenshot", False), (None, False)]
)
def test_a_code_is_verified_by_the_authority_or_not_at_all(how, verified):
    (line,) = looks_in_words(PACK, {"travel": "green", "travel_how": how}, {}, "en")
    assert ("not verified" not in line) is verified


@given(cases())
def test_whatever_a_phone_may_send_has_words(case):
    for code in SHIPPED:
        for language in ("zh", "en"):
            lines = looks_in_words(shipped(code), case.get("checks", {}), case.get("skipped", {}), language)
            assert all(lines)
