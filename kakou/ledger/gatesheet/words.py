"""Columns and words of the sheet, in both languages. A table, not gettext: what is written in one is read in either."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, TypeAlias, TypeVar

Language: TypeAlias = Literal["zh", "en"]
Word = TypeVar("Word")

# the first title is the Chinese one of our own sheets, the second the English one. Source: domain.md §3.4 出入登记
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "number": ("序号", "no.", "编次", "number"),
    "date": ("日期", "date", "登记日期"),
    "time": ("时间", "time", "登记时间", "出入时间"),
    "name": ("姓名", "name"),
    "document": ("身份证号", "document number", "证件号码", "身份证号码", "证件号", "id number"),
    "phone": ("手机号", "telephone", "联系电话", "手机号码", "电话", "手机", "phone"),
    "address": ("住址/到访地址", "home or visited address", "住址", "到访地址", "地址", "address"),
    "origin": ("来源地", "coming from", "来自", "从哪来", "origin"),
    "plate": ("车牌号", "plate", "车牌", "车牌号码"),
    "aboard": ("同车人数", "aboard", "同车人", "people in the vehicle"),
    "temperature": ("体温(℃)", "temp. (°C)", "体温", "体温（℃）", "体温℃", "temperature", "temperature (°C)"),
    "health": ("健康码", "health code"),
    "travel": ("行程码", "travel card", "行程卡"),
    "doses": ("疫苗剂次", "vaccine doses", "疫苗", "vaccination"),
    "mask": ("是否戴口罩", "mask worn", "口罩", "mask"),
    "way": ("进/出", "in or out", "进出", "出入", "方向", "way"),
    "passed": ("放行/劝返", "let pass or turned back", "放行", "处置", "result"),
    "reason": ("原因", "reason", "事由"),
    "recorder": ("登记人", "recorded by", "登记员", "recorder"),
    "correction": ("更正", "correction"),
    "id": ("编号", "number in the ledger", "记录编号", "表单编号"),
}
TITLES: Final[Mapping[Language, tuple[str, ...]]] = {
    "zh": tuple(titles[0] for titles in COLUMNS.values()),
    "en": tuple(titles[1] for titles in COLUMNS.values()),
}
OF_A_FORM: Final = tuple(name for name in COLUMNS if name != "correction")

# what people may write; the first word is the Chinese one of our own sheets, the second the English one
WAYS: Final[Mapping[str, tuple[str, ...]]] = {
    "in": ("进", "in", "入", "进入", "进门"),
    "out": ("出", "out", "离开", "外出", "出门"),
    "through": ("路过", "passing by", "过", "经过"),
}
STANDINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "passed": ("放行", "let pass", "通过", "pass"),
    "turned_back": ("劝返", "turned back", "劝回", "未放行"),
    "held": ("暂留", "held"),
    "referred": ("移交", "referred"),
    "emergency": ("应急", "emergency"),
    "all_the_same": ("未准仍过", "let pass all the same"),
    "taken_back": ("撤回", "taken back"),
}
BY_HAND: Final = ("passed", "turned_back")  # what paper may say
HEALTH: Final[Mapping[str, tuple[str, ...]]] = {
    "green": ("绿码", "green", "绿"),
    "yellow": ("黄码", "yellow", "黄"),
    "red": ("红码", "red", "红"),
    "paper": ("纸质证明", "on paper", "纸质", "paper"),
    "none": ("未出示", "not shown", "无码", "无", "none"),
}
TRAVEL: Final[Mapping[str, tuple[str, ...]]] = {
    "green": ("绿卡", "green", "绿", "绿码", "绿色"),
    "star": ("带星", "with a star", "星", "带*", "绿*", "star"),
    "yellow": ("黄卡", "yellow", "黄", "黄色"),
    "orange": ("橙卡", "orange", "橙", "橙色"),
    "red": ("红卡", "red", "红", "红色"),
    "none": ("未出示", "not shown", "无码", "无", "none"),
}
VACCINATION: Final[Mapping[str, tuple[str, ...]]] = {
    "full": ("全程", "full", "已全程", "完成"),
    "boosted": ("加强", "boosted", "加强针"),
    "partial": ("未全程", "partial", "部分"),
    "none": ("未接种", "not vaccinated", "未打", "none"),
    "exempt": ("禁忌", "exempt", "暂缓"),
    "unknown": ("不详", "not known", "unknown"),
}
MASK: Final[Mapping[str, tuple[str, ...]]] = {
    "correct": ("是", "yes", "戴", "已戴", "√", "y"),
    "wrong": ("不规范", "worn wrong"),
    "carried": ("带而未戴", "carried"),
    "none": ("否", "no", "未戴", "无", "×", "n"),
}
ORIGIN: Final[Mapping[str, tuple[str, ...]]] = {
    "local": ("本地", "local"),
    "low": ("低风险", "low risk", "低风险区"),
    "medium": ("中风险", "medium risk", "中风险区"),
    "high": ("高风险", "high risk", "高风险区"),
    "lockdown": ("封控区", "lockdown area", "封控"),
    "control": ("管控区", "control area", "管控"),
    "prevention": ("防范区", "prevention area", "防范"),
    "abroad": ("境外", "abroad", "国外"),
    "unknown": ("不清楚", "not known"),
}
LOOKS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {"health": HEALTH, "travel": TRAVEL, "mask": MASK}
NOBODY_HAS: Final = frozenset({"无", "没有", "-", "—", "/", "none", "no"})

# what is written beside rows that a correction touched
NOTES: Final[Mapping[str, tuple[str, str]]] = {
    "replaced": ("已更正，不计", "replaced, not counted"),
    "moved": ("已更正为 %(at)s，不计", "replaced by a row of %(at)s, not counted"),
    "corrects": ("更正", "corrected"),
    "from": ("更正（原记 %(at)s）", "corrected, stood at %(at)s"),
    "taken_back": ("撤回，不计", "taken back, not counted"),
}


def word_of(words: Mapping[str, tuple[str, ...]], value: str | None, language: Language) -> str:
    """How our own sheets write it; "" for what was not said."""
    return "" if value is None else words[value][0 if language == "zh" else 1]


def meant(words: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Every word that may be written, in small letters → what it means."""
    return {word.casefold(): value for value, told in words.items() for word in told}


def language_of(titles: Iterable[str]) -> Language:
    """In which language a sheet was handed out, by its titles."""
    return "zh" if COLUMNS["date"][0] in set(titles) else "en"


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "a text to be translated later"
    """Mark a msgid."""
    return text


NO_WORD = N_("“%(word)s” is not known here.")
FIX_WORD = N_("Write one of: %(words)s.")
FIX_CELL = N_("Correct the cell.")
MASKED = N_("Stars stand here, and not a value.")
FIX_MASKED = N_("Write the whole value as it stands on the paper, or clear the cell.")
NO_LINE = N_("This row does not say which line of which form it is.")
FIX_LINE = N_(
    "Write the number of the form and of the line, as in KP18-20210810-01/07, or choose the form on the page."
)
OTHER_GATE = N_("This form is of another gate.")
FIX_OTHER_GATE = N_("Bring it in at that gate.")
NO_FORM = N_("This form was never printed here.")
FIX_NO_FORM = N_(
    "Compare the number with the one on the paper. A sheet of your own: print a form first and take its number."
)
OTHER_DAY = N_("This is neither the day of the form nor the one after it.")
FIX_OTHER_DAY = N_("Correct the date, or leave it empty: then it is the day of the form.")
NOT_YET = N_("This has not happened yet.")
FIX_NOT_YET = N_("Correct the date or the time.")
NOT_A_TIME = N_("“%(value)s” is no time of day.")
FIX_TIME = N_("Write it as 08:30.")
TIME_SKIPPED = N_("There was no such hour: clocks were put forward then.")
TIME_TWICE = N_("This hour came twice: clocks were put back then.")
FIX_TWICE = N_("Write the time with its offset, as in 01:30 +01:00.")
NOBODY = N_("Nobody is named in this row: neither a person nor a vehicle.")
FIX_NOBODY = N_("Fill in the name, the document, the telephone or the plate, or clear the whole row.")
NOT_A_TEMPERATURE = N_("“%(value)s” is not a body temperature in °C.")
FIX_TEMPERATURE = N_("Enter a number between 34 and 43, such as 36.5.")
NOT_A_COUNT = N_("“%(value)s” is not a number from 1 to 99.")
FIX_COUNT = N_("Write how many sit in the vehicle, the driver too.")
ABOARD_ALONE = N_("People in a vehicle are counted here, and no plate is told.")
FIX_ABOARD = N_("Write the plate, or clear this cell.")
OTHER_ABOARD = N_("Row %(first)d says another number for the same vehicle.")
NO_DOSES = N_("“%(value)s” is no number of doses.")
FIX_DOSES = N_("Write a number from 0 to 9, or 全程 (full), 加强 (boosted), 未全程 (partial), 未接种 (not vaccinated).")
TOO_LONG = N_("The text is longer than %(most)d characters.")
FIX_LONG = N_("Shorten it.")
LINE_TWICE = N_("The same line stands in row %(first)d already.")
FIX_LINE_TWICE = N_("Delete one of the two rows, or correct the number of the line.")
SAME_TWICE = N_("Row %(first)d says that the same person passed the same way in the same minute.")
FIX_SAME_TWICE = N_("Delete one of the two rows, or correct the person or the time.")
SAID_OTHERWISE = N_("This line was typed in before and said something else.")
FIX_SAID = N_("Correct the row in the ledger, or take the earlier entry back first.")
NOT_HERE = N_("There is no such row at this gate, or its time is over.")
FIX_NOT_HERE = N_("Take the number from a sheet handed out here; clear the whole row if it is not needed.")
CHANGED = N_("The ledger says something else here, and nothing in it is overwritten.")
FIX_CHANGED = N_("Put the cell back, and correct the row on its own page with a reason.")
NOT_AS_MASKED = N_("The masked sheet says something else here.")
FIX_MASKED_SHEET = N_(
    "Bring the sheet in as it was handed out, with its stars. Whether a whole value is right is told only to who may"
    " unmask."
)
ROW_TWICE = N_("The same row of the ledger stands in row %(first)d already.")
FIX_ROW_TWICE = N_("Delete one of the two rows.")
ABOARD_KNOWN = N_("This vehicle stands in the ledger already, with %(known)s people in it.")
ABOARD_UNSAID = N_("This vehicle stands in the ledger already, and how many sat in it was not said.")
FIX_ABOARD_KNOWN = N_("Clear the cell, and put the number right on the page of the vehicle's passage.")
UNFIT = N_("The ledger cannot take this row: it contradicts itself.")
FIX_UNFIT = N_("Compare it with the paper.")
