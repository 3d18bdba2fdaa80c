"""What people write in line lists, in both languages, and the sentences about what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping

from kakou.people.rules import DocumentKind
from kakou.tracing.policy import Grade

# the first two of each are what we write: Chinese, English
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("姓名", "name", "接触者姓名", "密接姓名", "人员姓名"),
    "document": ("证件号码", "document", "身份证号", "身份证号码", "身份证", "证件号", "公民身份号码"),
    "document_kind": ("证件类型", "document kind", "证件种类"),
    "phone": ("电话", "phone", "联系电话", "手机", "手机号", "手机号码", "联系方式", "电话号码"),
    "relation": ("与病例关系", "relation", "关系", "与患者关系", "与感染者关系", "与病人关系"),
    "case": ("病例", "case", "病例编号", "关联病例", "感染者", "对应病例"),
    "last": ("最后接触时间", "last contact", "末次接触时间", "最后接触日期", "末次接触日期", "最后暴露时间"),
    "since": ("首次接触时间", "first contact", "首次接触日期", "最早接触时间"),
    "grade": ("判定", "grade", "判定结果", "人员类别", "接触类型", "类别"),
    "unit": ("单位", "unit", "小区", "居住小区", "村居", "所在小区"),
    "address": ("住址", "address", "地址", "现住址", "居住地址", "详细地址", "住址/单位", "门牌"),
}
REQUIRED = ("name", "last")


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "a text to be translated later"
    """Mark a msgid."""
    return text


GRADES: Mapping[str, Grade] = {
    word: grade
    for grade, words in {
        Grade.CLOSE: ("密接", "密切接触者", "密切接触", "close", "close contact"),
        Grade.SECONDARY: ("次密接", "次密切接触者", "密接的密接", "secondary", "contact of a contact"),
        Grade.COMPANION: ("时空伴随", "时空伴随者", "companion", "companion in time and space"),
    }.items()
    for word in words
}
# what a relation is, as a kind of place of the plan: what that kind makes of somebody is proposed
RELATIONS: Mapping[str, str] = {
    word: kind
    for kind, words in {
        "household": (
            "同住",
            "同户",
            "家人",
            "家属",
            "家庭成员",
            "共同居住",
            "同住人员",
            "亲属同住",
            "household",
            "family",
        ),
        "dormitory": ("同宿舍", "同寝", "室友", "dormitory"),
        "vehicle": ("同车", "同乘", "同乘一车", "司机", "乘客", "vehicle", "same vehicle"),
        "workshop": ("同车间", "同工段", "workshop"),
        "office": ("同办公室", "同事", "office", "colleague"),
        "classroom": ("同班", "同班同学", "同教室", "classroom"),
        "canteen": ("同餐", "同桌", "聚餐", "共同就餐", "canteen", "shared a meal"),
    }.items()
    for word in words
}
DOCUMENTS: Mapping[str, DocumentKind] = {
    word: kind
    for kind, words in {
        DocumentKind.RESIDENT_ID: ("身份证", "居民身份证", "id", "10"),
        DocumentKind.HK_MACAO_PERMIT: ("港澳居民来往内地通行证", "港澳通行证", "回乡证", "14"),
        DocumentKind.TAIWAN_PERMIT: ("台湾居民来往大陆通行证", "台胞证", "15"),
        DocumentKind.PASSPORT: ("护照", "passport", "20"),
        DocumentKind.PERMANENT_RESIDENCE: ("外国人永久居留身份证", "永居证", "34"),
        DocumentKind.OTHER: ("其他", "other", "99"),
    }.items()
    for word in words
}

NO_TIME = N_("“%(value)s” is no day or time that is understood.")
FIX_TIME = N_("Write it as 2021-08-09 14:30, 2021年8月9日 14:30, or 8月9日.")
FUTURE = N_("%(value)s lies in the future.")
FIX_FUTURE = N_("Correct the day or the hour: it is when they were last together.")
LONG_AGO = N_("%(value)s lies more than a year back.")
SKIPPED = N_("%(value)s does not exist here: clocks were put forward then.")
BACKWARDS = N_("The first time together lies after the last.")
FIX_BACKWARDS = N_("Correct one of the two.")
NO_GRADE = N_("“%(value)s” is no grade of a contact.")
FIX_GRADE = N_("Write 密接, 次密接 or 时空伴随, or leave it empty.")
NO_DOCUMENT_KIND = N_("“%(value)s” is no kind of document.")
FIX_DOCUMENT_KIND = N_("Write 身份证, 护照, 港澳通行证, 台胞证 or 其他, or leave it empty for an identity card.")
FIX_PERSON = N_("Compare it with the document or ask by telephone.")
TOO_LONG = N_("The text has more than %(most)d characters or cannot be printed.")
FIX_SHORTER = N_("Shorten the text.")
TOO_MANY = N_("A list has at most %(most)d rows. Bring it in in parts.")
NO_CASE = N_("There is no case %(value)s in this outbreak.")
FIX_CASE = N_("Write the number of the case as it stands in the list of cases, or leave it empty.")
IS_CASE = N_("This is the case itself.")
FIX_IS_CASE = N_("Take the row out, or write another case.")
NO_UNIT = N_("There is no unit “%(value)s” where you may register somebody.")
MANY_UNITS = N_("Several units are called “%(value)s”.")
FIX_UNIT = N_("Write the name or the code of a unit as it stands under Places, or leave it empty.")
ELSEWHERE = N_("Somebody with this document is registered at a unit that is not yours.")
FIX_ELSEWHERE = N_("Hand him over to whoever answers there, and take the row out.")
OTHER_PERSON = N_("This document is that of somebody of another name in the register.")
FIX_OTHER_PERSON = N_("Compare name and number: one of the two is wrong.")
# of the list as a whole
TWICE = N_("The same person stands in row %(first)d: both rows count as one person.")
