"""What is announced again and again, in both languages. {place}, {since} and {until} are filled in; what is left empty
stays as a gap to be seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

GAP = "____"


@dataclass(frozen=True, slots=True)
class Template:
    """`title` is a msgid; the texts are (heading, text) in Chinese and English."""

    name: str
    title: str
    zh: tuple[str, str]
    en: tuple[str, str]

    def filled(self, **given: str) -> dict[str, str]:
        """The four texts with what is given."""
        said = {name: given.get(name) or GAP for name in ("place", "since", "until")}
        return {
            "title_zh": self.zh[0], "zh": self.zh[1].format(**said),
            "title_en": self.en[0], "en": self.en[1].format(**said),
        }  # fmt: skip


TEMPLATES: Mapping[str, Template] = {
    one.name: one
    for one in (
        Template(
            "testing", "Testing of everybody",
            ("全员核酸检测", "{place}今日{since}至{until}进行核酸检测，请戴口罩、带身份证，间隔1米排队。"),
            ("Testing of everybody",
             "Testing at {place} from {since} to {until}. Wear a mask, bring your identity card, keep 1 metre apart."),
        ),
        Template(
            "gate_shut", "A gate is shut",
            ("出入口关闭", "{place}自{since}起关闭，请走其他出入口，{until}恢复。"),
            ("Gate shut", "{place} is shut from {since}. Use the other gates; it opens again at {until}."),
        ),
        Template(
            "stay_home", "Stay at home",
            ("居家通知", "{place}自{since}至{until}足不出户，生活物资送到门口，有困难请扫码求助。"),
            ("Stay at home",
             "{place}: stay at home from {since} to {until}. Supplies come to your door; scan to ask for help."),
        ),
        Template(
            "check", "Checks at the gate",
            ("进出请配合查验", "进出{place}请测温、验码、登记，体温37.3℃以上者听从安排。"),
            ("Please be checked", "At {place} show your code, have your temperature taken and be registered."),
        ),
        Template(
            "supplies", "Supplies are handed out",
            ("物资发放", "{place}今日{since}至{until}发放生活物资，请分批领取，不要聚集。"),
            ("Supplies", "Supplies are handed out at {place} from {since} to {until}. Come in turns, do not gather."),
        ),
    )
}  # fmt: skip
