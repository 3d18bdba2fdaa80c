"""What stands on paper in both languages. A table, not gettext: one sheet shows both, whoever prints it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple, TypeAlias

Language: TypeAlias = Literal["zh", "en"]


class Words(NamedTuple):
    """The same said twice."""

    zh: str
    en: str

    def in_order(self, languages: tuple[Language, ...]) -> list[str]:
        """What is said, the first language first."""
        return [getattr(self, language) for language in languages]


KINDS: Final[Mapping[str, Words]] = {
    "resident": Words("居民", "Resident"),
    "worker": Words("职工", "Worker"),
    "visitor": Words("访客", "Visitor"),
    "vehicle": Words("车辆", "Vehicle"),
}
ON_A_PASS: Final[Mapping[str, Words]] = {
    "pass": Words("出入证", "Pass"),
    "holder": Words("持证", "Holder"),
    "door": Words("门牌", "Door"),
    "until": Words("有效期至", "Valid to"),
    "cancelled": Words("长期有效", "Until cancelled"),
    "from": Words("自 %s 起", "from %s"),
    "lost": Words(
        "遗失请立即告知社区注销；捡到请交任一卡口。",
        "Lost? Tell the community at once: it is cancelled. Found? Hand it in at a gate.",
    ),
    "scale": Words("请按实际大小（100%）打印，沿线裁开", "Print at actual size (100 %), cut along the lines"),
    "count": Words("共 %d 张", "passes: %d"),
}
ON_A_POSTER: Final[Mapping[str, Words]] = {
    "steps": Words("三查一看一测一记", "Three checks, one look, one measurement, one record"),
    "phone": Words("指挥部电话", "Command room"),
    "rules": Words("规则", "Rules"),
}
ON_AN_ANNOUNCEMENT: Final[Mapping[str, Words]] = {
    "help": Words("有困难？扫码求助", "Need help? Scan to ask for it"),
}
ON_A_PLACE_CODE: Final[Mapping[str, Words]] = {
    "title": Words("场所码", "Place code"),
    "scan": Words("请扫码登记", "Scan to register"),
    "typed": Words("扫不了？在浏览器中打开：", "Cannot scan? Open in a browser:"),
    "checked": Words("扫码只是登记，不代替卡口查验。", "Scanning only registers; the checks at the gate remain."),
    "visit": Words("访客、送货也可在此预约。", "Visits and deliveries can be announced here too."),
    "paper": Words("没有手机？请到卡口登记。", "No phone? Register at the gate."),
    "code": Words("代码", "Code"),
}
