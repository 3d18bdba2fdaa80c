"""What people write in the cells of a residents' list, in both languages, and the sentences about what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from kakou.people.rules import Category, Relation, Sex, Special
from kakou.people.rules.document_words import DOCUMENT_OF, DOCUMENTS

__all__ = ["DOCUMENTS", "DOCUMENT_OF", "Word"]

Word = TypeVar("Word")

# the first title is the Chinese one of our own sheets, the second the English one
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("编号", "number in the register", "人员编号"),
    "unit": (
        "小区", "lives at", "所属单元", "居住小区", "所在小区", "小区名称", "村组", "小区/村组", "所属小区", "unit",
    ),
    "name": ("姓名", "name", "居民姓名", "人员姓名"),
    "relation": ("与户主关系", "relation to the head", "户主关系", "与户主的关系", "关系", "relation"),
    "head": ("户主", "head of the household", "户主姓名", "head"),
    "document_kind": ("证件类型", "document", "证件种类", "document kind"),
    "document": (
        "身份证号", "document number", "证件号码", "身份证号码", "公民身份号码", "公民身份证号码", "身份证", "证件号",
        "id number",
    ),
    "sex": ("性别", "sex", "gender"),
    "birth": ("出生日期", "born on", "生日", "date of birth", "birth"),
    "phone": (
        "手机号", "telephone", "联系电话", "手机号码", "电话", "手机", "联系方式", "电话号码", "phone", "mobile",
    ),
    "door": (
        "门牌", "building and door", "门牌号", "住址", "地址", "居住地址", "现住址", "家庭住址", "详细地址", "address",
        "door",
    ),
    "building": ("楼栋", "building", "楼号", "栋号", "幢号", "楼幢", "栋"),
    "stair": ("单元", "staircase", "单元号"),
    "room": ("房号", "room", "室号", "房间号", "户号", "室", "flat"),
    "category": ("人员类别", "who they are here", "类别", "居住类型", "人口类型", "category"),
    "special": ("特殊情况", "to be kept in mind", "特殊人群", "special"),
}  # fmt: skip
HANDED_OUT = ("id", "unit", "name", "relation", "document_kind", "document", "phone", "door", "category", "special")

# the first word is the Chinese one of our own sheets, the second the English one
RELATIONS: Mapping[Relation, tuple[str, ...]] = {
    Relation.HEAD: ("户主", "head", "本人", "本人或户主"),
    Relation.SPOUSE: ("配偶", "spouse", "妻", "妻子", "夫", "丈夫", "爱人", "wife", "husband"),
    Relation.CHILD: (
        "子女", "child", "子", "女", "儿子", "女儿", "长子", "次子", "三子", "长女", "次女", "三女", "养子", "养女",
        "女婿", "儿媳", "son", "daughter",
    ),
    Relation.GRANDCHILD: (
        "孙子女", "grandchild", "孙子", "孙女", "孙", "外孙", "外孙女", "外孙子", "外孙子女", "曾孙",
    ),
    Relation.PARENT: (
        "父母", "parent", "父", "母", "父亲", "母亲", "公公", "婆婆", "岳父", "岳母", "公婆", "岳父母",
        "mother", "father",
    ),
    Relation.GRANDPARENT: ("祖父母", "grandparent", "祖父", "祖母", "爷爷", "奶奶", "外祖父", "外祖母", "外公", "外婆"),
    Relation.SIBLING: (
        "兄弟姐妹", "sibling", "兄", "弟", "姐", "妹", "哥哥", "弟弟", "姐姐", "妹妹", "兄弟", "姐妹", "brother",
        "sister",
    ),
    Relation.RELATIVE: ("其他亲属", "relative", "亲属", "侄子", "侄女", "外甥", "外甥女", "亲戚"),
    Relation.OTHER: ("非亲属", "other", "租户", "承租人", "保姆", "同住人", "其他", "lodger"),
}  # fmt: skip
CATEGORIES: Mapping[Category, tuple[str, ...]] = {
    Category.RESIDENT_REGISTERED: (
        "户籍", "resident, registered here", "户籍人口", "户籍居民", "本地", "常住", "常住人口", "本地户籍", "resident",
    ),
    Category.RESIDENT_NONLOCAL: (
        "外来常住", "resident, registered elsewhere", "外来", "外来人口", "流动人口", "非户籍", "非本地户籍", "租住",
    ),
    Category.ARRIVAL: ("新来", "new arrival", "arrival"),
    Category.VISITOR: ("访客", "visitor"),
    Category.WORKER: ("职工", "worker", "员工"),
    Category.DRIVER: ("司机", "driver"),
    Category.UNKNOWN: ("未知", "not known", "unknown"),
}  # fmt: skip
SPECIALS: Mapping[Special, tuple[str, ...]] = {
    Special.NO_PHONE: ("无手机", "has no phone", "无电话", "no phone"),
    Special.ELDERLY: ("老人", "elderly", "老年人", "高龄"),
    Special.MINOR: ("未成年", "minor", "未成年人", "儿童", "学生"),
    Special.PREGNANT: ("孕妇", "pregnant", "孕产妇"),
    Special.PATIENT: ("病人", "patient", "患者", "慢病", "慢性病"),
    Special.EXEMPT: ("豁免", "exempt"),
}
SEXES: Mapping[Sex, tuple[str, ...]] = {
    Sex.MALE: ("男", "male", "m", "男性", "1"),
    Sex.FEMALE: ("女", "female", "f", "女性", "2"),
    Sex.NOT_STATED: ("未说明", "not stated", "9"),
}
NOBODY_HAS = frozenset({"无", "无手机", "无电话", "没有", "没有手机", "-", "—", "/", "none", "no", "no phone"})
PARTED_BY = "、,，;；/|"


def _table(words: Mapping[Word, Iterable[str]]) -> dict[str, Word]:
    return {word: value for value, told in words.items() for word in told}


RELATION_OF, CATEGORY_OF, SPECIAL_OF = _table(RELATIONS), _table(CATEGORIES), _table(SPECIALS)
SEX_OF = _table(SEXES)


def word_of(words: Mapping[Word, tuple[str, ...]], value: Word, language: str) -> str:
    """How our own sheets write it, in "zh" or "en"."""
    return words[value][0 if language == "zh" else 1]


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "a text to be translated later"
    """Mark a msgid."""
    return text


def sample(words: Iterable[tuple[str, ...]]) -> str:
    """What may be written there, for a message: both languages."""
    return ", ".join(f"{told[0]} ({told[1]})" for told in words)


NO_WORD = N_("“%(word)s” is not known here.")
FIX_WORD = N_("Write one of: %(words)s.")
NO_UNIT = N_("No unit where you keep the register is called %(word)s.")
FIX_UNIT = N_("Write its name as on the page of places, or its code, or leave the cell empty.")
MANY_UNITS = N_("%(count)d units are called %(word)s.")
FIX_MANY = N_("Write its code, or the names on the way to it with / between them.")
FIX_CELL = N_("Correct the cell.")
OTHER_BIRTH = N_("The document says another date of birth.")
FIX_BIRTH = N_("Look at the document: one of the two is wrong.")
OTHER_SEX = N_("The document says another sex.")
BAD_DATE = N_("This is no date.")
FIX_DATE = N_("Write it as 2021-07-31.")
KIND_ALONE = N_("A kind of document stands here, and no number.")
FIX_KIND_ALONE = N_("Write the number, or clear this cell.")
DOCUMENT_TWICE = N_("The same document stands in row %(first)d already.")
FIX_DOCUMENT_TWICE = N_("Delete one of the two rows, or correct the number of the other person.")
PERSON_TWICE = N_("The same person stands in row %(first)d already.")
FIX_PERSON_TWICE = N_("Delete one of the two rows; of two people of one name write the documents.")
MANY_FIT = N_("%(count)d people in the register fit this row.")
FIX_MANY_FIT = N_("Write the document number: by name, door and telephone alone it cannot be told who is meant.")
NO_SUCH_NUMBER = N_("Nobody in the register has this number.")
FIX_NUMBER = N_("Clear the cell for somebody who is new, or take it from a sheet handed out here.")
MASKED = N_("Stars stand here, and not the value that the register knows behind them.")
FIX_MASKED = N_("Write the whole value, or clear the cell: then what is known stays.")
TWO_HEADS = N_("The head of this door stands in row %(first)d already.")
FIX_TWO_HEADS = N_("Leave one head for each door.")
NO_HEAD = N_("Nobody of this door is called so.")
FIX_HEAD = N_("Write the name as in the head's own row, which needs the same door.")
KNOWN_ELSEWHERE = N_("Somebody with this document is registered already, perhaps at another unit.")
FIX_ELSEWHERE = N_("Check the number. If it is right, ask the other community to hand the person over.")
UNREADABLE = N_("The register knows this person, and the name can no longer be read.")
MERGED = N_("This cell is merged with others (%(range)s).")
FIX_MERGED = N_("Unmerge it and fill in every cell: under a merged cell the others are empty.")
