"""A pack in words, Chinese or English: what each number, step and rule says, conditions included.

Words of looks, results, rules and fixes come from the pack itself; here are only the words that every pack shares.
`language` is "zh" or "en".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from kakou.screening.packs.reading import Content
from kakou.screening.rules.verdicts import NOT_ALLOWED, NOT_LOOKED, SKIPPED, UNDECIDED

Text = Mapping[str, str]


def _t(zh: str, en: str) -> Text:
    return {"zh": zh, "en": en}


PATHS: Mapping[str, Text] = {
    "direction": _t("方向", "way"),
    "who": _t("身份", "who it is"),
    "purpose": _t("事由", "purpose"),
    "unit": _t("单元类型", "kind of unit"),
    "management": _t("管理状态", "state of the unit"),
    "record": _t("登记", "record"),
    "pass_state": _t("出入证", "pass"),
    "past.quota_used": _t("本户近日已外出人次", "times that the household went out lately"),
    "past.persuaded_back": _t("今天被劝返次数", "times persuaded back today"),
    "facts.code_age": _t("健康码已显示的时间", "age of the health code"),
    "facts.travel_age": _t("行程码已查询的时间", "age of the travel code"),
    "facts.worst": _t("所到地区当天最高风险", "highest risk of the places on their days"),
    "facts.near": _t("所说地区之内的最高风险", "highest risk inside the places named"),
    "facts.risk_days": _t("离开风险地区天数", "days since a risk area"),
    "checks.health_at": _t("健康码时间", "time on the health code"),
    "checks.health_how": _t("健康码的出示方式", "how the health code was shown"),
    "checks.health_region": _t("健康码地区", "region of the health code"),
    "checks.travel_at": _t("行程码时间", "time on the travel code"),
    "checks.travel_how": _t("行程码的出示方式", "how the travel code was shown"),
    "checks.vaccine": _t("疫苗", "vaccine"),
    "checks.doses": _t("剂次", "doses"),
    "checks.dose_on": _t("最近一剂日期", "day of the last dose"),
    "checks.origin_from": _t("来自地区", "region of origin"),
    "checks.mask_guided": _t("已指导口罩", "guidance about the mask"),
    "checks.mask_corrected": _t("口罩已纠正", "mask put right"),
    "checks.temperature_by": _t("测温方式", "where it was measured"),
    "checks.temperature_before": _t("第一次体温", "first temperature"),
    "checks.thermometer": _t("体温计", "thermometer"),
}
VALUES: Mapping[str, Text] = {
    "in": _t("进", "in"), "out": _t("出", "out"),
    "resident": _t("居民", "resident"), "visitor": _t("访客", "visitor"), "driver": _t("司机", "driver"),
    "child": _t("儿童", "child"), "exempt": _t("免查人员", "exempt"),
    "emergency": _t("紧急", "emergency"), "medical": _t("就医", "doctor"), "patrol": _t("巡查执勤", "duty"),
    "delivery": _t("送货", "delivery"), "shopping": _t("采购", "shopping"), "visit": _t("走访", "visit"),
    "work": _t("上班", "work"), "home": _t("回家", "home"), "school": _t("上学", "school"),
    "other": _t("其他", "other"),
    "open": _t("正常", "open"), "closed": _t("封闭管理", "closed"), "lockdown": _t("封控", "lockdown"),
    "control": _t("管控", "control"), "prevention": _t("防范", "prevention"),
    "local": _t("本地", "here"), "low": _t("低风险", "low"), "medium": _t("中风险", "medium"),
    "high": _t("高风险", "high"),
    "valid": _t("有效", "valid"), "expired": _t("过期", "expired"), "cancelled": _t("已注销", "cancelled"),
    "not_yet": _t("未生效", "not yet valid"), "other_unit": _t("别处的证", "of another unit"),
    "unknown": _t("查不到", "unknown"),
    "name": _t("只有姓名", "name only"), "none": _t("没有", "none"), "known": _t("在册", "registered"),
    "live": _t("当面打开", "live"), "screenshot": _t("截图", "screenshot"), "proxy": _t("家人代查", "by the family"),
    "paper": _t("纸质", "paper"), "official": _t("官方查询", "asked of the authority"),
}  # fmt: skip
OUTCOMES: Mapping[str, Text] = {
    "admit": _t("放行", "Admit"),
    "admit_with_action": _t("纠正后放行", "Admit with a task"),
    "persuade_back": _t("劝返", "Persuade back"),
    "hold": _t("暂留", "Hold"),
    "refer": _t("移交", "Refer"),
    "emergency": _t("应急放行", "Emergency: let through"),
}
DUTIES: Mapping[str, Text] = {
    "must": _t("必查", "must"),
    "reason": _t("有原因才可不查", "unless there is a reason"),
    "may": _t("可不查", "may be left out"),
}
UNITS: Mapping[str, Text] = {
    "minutes": _t("%d 分钟", "%d min"),
    "days": _t("%d 天", "%d days"),
    "persons": _t("%d 人", "%d"),
}
_OF_A_LOOK: Mapping[str, Text] = {
    NOT_LOOKED: _t("未查验：%s", "Not looked at: %s"),
    NOT_ALLOWED: _t("结果不在本规则内：%s", "A result that these rules do not know: %s"),
    SKIPPED: _t("未查验（%s）", ": not looked at (%s)"),
}
_DO_IT = _t("现在查验", "Do it now")
_ENTER_AGAIN = _t("重新填写日期和时间", "Enter the days and times again")
_CANNOT = _t("无法判断：%s", "Cannot decide: %s")
_CASE = _t("所填情况", "what was entered")
_SIGNS = {">=": "≥", "<=": "≤", ">": ">", "<": "<", "===": "=", "+": "+"}
_AND, _OR, _NOT = _t(" 且 ", " and "), _t("、", ", "), _t("不是（%s）", "not (%s)")
_IS_THERE, _NONE_OF = _t("有%s", "there is: %s"), _t("没有%s", "there is no: %s")
_AMONG = _t("%s为 %s 之一", "%s is one of %s")


class RuleInWords(NamedTuple):
    """One rule as people read it."""

    id: str
    text: str
    condition: str
    outcome: str
    severity: str
    fix: str
    source: str


def in_words(content: Content, language: str) -> list[RuleInWords]:
    """Every rule of a pack, the strongest outcome first."""
    strength = list(OUTCOMES)
    rules = sorted(content["rules"].items(), key=lambda item: (-strength.index(item[1]["outcome"]), item[0]))
    return [
        RuleInWords(
            id, rule["text"][language], condition(content, rule["when"], language), rule["outcome"], rule["severity"],
            fix_text(content, id, language), rule.get("source", ""),
        )
        for id, rule in rules
    ]  # fmt: skip


def value_text(content: Content, look: str, value: Any, language: str) -> str:
    """A result in words: 绿码; 37.3 °C."""
    if isinstance(value, int):
        return degrees(value)
    what = _look(content, look)
    text: str = what["results"][value][language] if what and value in what.get("results", ()) else str(value)
    return text


def degrees(tenths: int) -> str:
    """373 → 37.3 °C."""
    return f"{tenths // 10}.{tenths % 10} °C"


def param_text(param: Content, language: str) -> str:
    """A number of a pack with its unit."""
    value: int = param["value"]
    return degrees(value) if param["unit"] == "tenths" else UNITS[param["unit"]][language] % value


def look_text(content: Content, look: str, language: str) -> str:
    """What a look is called."""
    what = _look(content, look)
    return what["text"][language] if what else look


def reason_text(content: Content, reason: str, language: str) -> str:
    """A reason of a verdict in words; one that this pack does not know stays as it is."""
    if reason in content["rules"]:
        text: str = content["rules"][reason]["text"][language]
        return text
    if reason.endswith(f".{UNDECIDED}"):
        rule = reason.removesuffix(f".{UNDECIDED}")
        return _CANNOT[language] % (reason_text(content, rule, language) if rule != "facts" else _CASE[language])
    look, _, rest = reason.partition(".")
    kind, _, skip = rest.partition(".")
    if kind not in _OF_A_LOOK:
        return reason
    if kind == SKIPPED:
        why = _skip(content, look, skip)
        words = why["text"][language] if why else skip
        return f"{look_text(content, look, language)}{_OF_A_LOOK[kind][language] % words}"
    return _OF_A_LOOK[kind][language] % look_text(content, look, language)


def fix_text(content: Content, reason: str, language: str) -> str:
    """What is to be done about a reason; "" where there is nothing."""
    rule = content["rules"].get(reason.removesuffix(f".{UNDECIDED}"))
    if rule:
        fix: str = rule["fix"]["text"][language] if "fix" in rule else ""
        return fix
    look, _, rest = reason.partition(".")
    kind, _, skip = rest.partition(".")
    if kind == UNDECIDED:
        return _ENTER_AGAIN[language]
    if kind == SKIPPED and (why := _skip(content, look, skip)):
        return str(why["fix"]["text"][language])
    return _DO_IT[language] if kind in _OF_A_LOOK else ""


def condition(content: Content, expression: Any, language: str) -> str:
    """A CertLogic expression in words; what has none stands as its JSON."""
    if isinstance(expression, dict) and len(expression) == 1:
        [(name, operands)] = expression.items()
        write = _WRITERS.get(name)
        if write and (text := write(content, operands, language)):
            return text
    return json.dumps(expression, ensure_ascii=False)


def _var(content: Content, path: str, language: str) -> str:
    return _IS_THERE[language] % _name(content, path, language)


def _and(content: Content, operands: Sequence[Any], language: str) -> str:
    return _AND[language].join(condition(content, operand, language) for operand in operands)


def _not(content: Content, operands: Sequence[Any], language: str) -> str:
    [operand] = operands
    if isinstance(operand, dict) and "var" in operand:
        return _NONE_OF[language] % _name(content, operand["var"], language)
    return _NOT[language] % condition(content, operand, language)


def _compare(sign: str) -> Callable[[Content, Sequence[Any], str], str]:
    def write(content: Content, operands: Sequence[Any], language: str) -> str:
        path = next((o["var"] for o in operands if isinstance(o, dict) and "var" in o), "")
        return f" {sign} ".join(_operand(content, operand, path, language) for operand in operands)

    return write


def _among(content: Content, operands: Sequence[Any], language: str) -> str:
    what, values = operands
    if not (isinstance(what, dict) and "var" in what and isinstance(values, list)):
        return ""
    named = _OR[language].join(_operand(content, value, what["var"], language) for value in values)
    return _AMONG[language] % (_name(content, what["var"], language), named)


_WRITERS: Mapping[str, Callable[[Content, Any, str], str]] = {
    "var": _var,
    "and": _and,
    "!": _not,
    "in": _among,
    **{name: _compare(sign) for name, sign in _SIGNS.items()},
}


def _operand(content: Content, operand: Any, path: str, language: str) -> str:
    if isinstance(operand, dict):
        return _name(content, operand["var"], language) if "var" in operand else condition(content, operand, language)
    if isinstance(operand, list | bool):  # a rule may compare with a list, which no look says: told as it stands
        return condition(content, operand, language)
    look = path.removeprefix("checks.")
    if _look(content, look):
        return value_text(content, look, operand, language)
    return VALUES[operand][language] if operand in VALUES else str(operand)


def _name(content: Content, path: str, language: str) -> str:
    kind, _, name = path.partition(".")
    if kind == "param" and name in content["params"]:
        return param_text(content["params"][name], language)
    if path in PATHS:
        return PATHS[path][language]
    return look_text(content, name, language) if kind == "checks" else path


def _look(content: Content, look: str) -> Content | None:
    return next((found for found in _looks(content, look)), None)


def _looks(content: Content, look: str) -> Iterator[Content]:
    for step in content["steps"].values():
        if look in step["looks"]:
            yield step["looks"][look]


def _skip(content: Content, look: str, reason: str) -> Content | None:
    for step in content["steps"].values():
        if look in step["looks"]:
            found: Content | None = step["skips"].get(reason)
            return found
    return None
