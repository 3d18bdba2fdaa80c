"""What a message seems to ask for: whose number, which place, what about. Proposed only; a person decides.

By tables of words and names, nothing learned: whoever wonders why something was proposed finds the word here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kakou.people.rules import PhoneRefused, normalise_phone
from kakou.services.rules.categories import Category

_C = Category
# the most urgent first: of as many words found the upper one is proposed
WORDS: Mapping[Category, tuple[str, ...]] = {
    _C.DANGER: (
        "着火", "起火", "冒烟", "火灾", "漏气", "煤气味", "燃气泄漏", "触电", "漏电", "电线掉", "坠落", "塌",
        "井盖", "安全隐患", "高空抛物",
        "fire", "smoke", "gas leak", "live wire", "collapse", "manhole",
    ),
    _C.MEDICAL: (
        "就医", "看病", "买药", "配药", "药品", "用药", "没药", "急救", "救护车", "孕妇", "临产", "透析",
        "化疗", "胸痛", "晕倒", "医院", "发烧",
        "胰岛素", "降压药", "doctor", "medicine", "hospital", "ambulance", "pregnant", "dialysis", "insulin",
    ),
    _C.SUPPLIES: (
        "买菜", "蔬菜", "生活物资", "物资", "奶粉", "尿不湿", "大米", "煤气罐", "换煤气", "液化气", "送菜",
        "没吃的", "快递", "外卖",
        "groceries", "vegetables", "milk powder", "food", "gas bottle", "parcel",
    ),
    _C.GATE: (
        "卡口", "门岗", "出入证", "通行证", "健康码", "行程码", "红码", "黄码", "测温", "扫码", "登记", "放行",
        "不让进", "不让出", "核酸",
        "checkpoint", "gate", "pass card", "health code",
    ),
    _C.FACILITIES: (
        "路灯", "停水", "停电", "没水", "没电", "漏水", "水管", "爆管", "下水", "电梯", "道路", "坑洼", "路面",
        "网络", "宽带", "信号灯",
        "健身器材", "street lamp", "street light", "power cut", "no water", "pipe", "leak", "pothole", "lift",
    ),
    _C.ENVIRONMENT: (
        "垃圾", "卫生", "臭", "污水", "蚊子", "老鼠", "清运", "保洁", "小广告", "焚烧秸秆", "消杀",
        "rubbish", "garbage", "trash", "smell", "drain", "sewage", "rats",
    ),
    _C.NEIGHBOURS: (
        "邻居", "噪音", "扰民", "吵架", "纠纷", "占道", "堵门", "占车位", "养狗", "狗叫", "广场舞", "楼上",
        "neighbour", "neighbor", "noise", "quarrel", "barking",
    ),
    _C.ENTERPRISE: (
        "企业", "公司", "工厂", "厂里", "复工", "复产", "开工", "招工", "用工", "货车", "进货", "卸货", "叉车",
        "原材料", "营业执照",
        "enterprise", "factory", "goods vehicle", "forklift", "raw material", "licence", "license",
    ),
}  # fmt: skip
_NUMBER = re.compile(
    r"(?<![\d+])(?:\+\d{1,3}[ -]?)?(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|\(?0\d{2,3}\)?[ -]?\d{7,8})(?![\dXx])", re.ASCII
)
_ABROAD = re.compile(r"\+\d{1,3}(?:[ -]?\d){6,14}(?!\d)", re.ASCII)
_NAMED = re.compile(
    r"(?:姓名|联系人|报事人|反映人|诉求人|本人|我叫|我是|\bname|\bcontact|\bI am|\bthis is)(?:[ 　]*[:：])?[ 　]*"
    r"(?P<name>[\u4e00-\u9fff]{1,4}(?:·[\u4e00-\u9fff]{1,8})*(?=[\s,，。.;；、:：(（]|\+?\d{7}|$)"
    r"|[A-Z][A-Za-z'-]+(?: [A-Z][A-Za-z'-]+){0,3})",
    re.I,
)
# words of a group that ask for nothing
_CHATTER = re.compile(
    r"(?:收到|谢谢(?:大家|您|你)?|感谢|好的|好|嗯+|哦+|辛苦了?|知道了|明白|已处理"
    r"|ok|okay|thanks|thank you|got it|[+＋]?1"
    r"|\[[^\[\]\n]{1,12}\]|【[^【】\n]{1,12}】)?[\s!！。.~～、,，👍🙏💪🌹👌]*",
    re.I,
)
_SYSTEM = re.compile(
    r'(?:["“].{1,40}["”]|.{1,40})?'
    r"(?:撤回了一条消息|加入了?群聊|加入了?本?群|退出了?群聊|邀请.{1,60}加入|修改群名为|开启了|拍了拍)"
    r"|.{1,40}recalled a message|.{1,40}joined (?:the|this) (?:group|chat)",
    re.I,
)
_LONGEST_SYSTEM = 100
_KINDS_OF_PLACE = re.compile(r"(?:小区|社区|村委会|村|街道|花园|有限公司|公司|居委会|园区)$")
SHORTEST_NAME = 2


class Guess(NamedTuple):
    """`phone`: E.164, `name`: as written; "" where none was found. `place`: a node, None where no name stands there."""

    phone: str
    name: str
    place: int | None
    category: Category


class Known(NamedTuple):
    """A place whose name may stand in a text. `depth`: how far down the tree."""

    node: int
    name: str
    depth: int


def guess(text: str, sender: str, places: Sequence[Known]) -> Guess:
    """What one message proposes. Of `places` the innermost whose name stands in the text."""
    return Guess(phone_in(text), name_in(text) or sender, place_in(text, places), category_of(text))


def language_of(text: str) -> str:
    """In which language whoever wrote it is told what becomes of it."""
    return "zh-hans" if re.search(r"[\u4e00-\u9fff]", text) or not re.search(r"[A-Za-z]", text) else "en"


def is_chatter(text: str) -> bool:
    """Does it thank, greet, or tell what the app did? Pictures alone count too: they are not in a copied text."""
    bare = " ".join(re.sub(r"[@＠]\S+\s?", "", text).split())
    if _CHATTER.fullmatch(bare):
        return True
    return len(bare) <= _LONGEST_SYSTEM and "\n" not in text.strip() and bool(_SYSTEM.match(bare))


def phone_in(text: str) -> str:
    """The first number of a telephone, E.164. Numbers of documents are none."""
    plain = _ascii(text)
    for found in (*_NUMBER.finditer(plain), *_ABROAD.finditer(plain)):
        try:
            return normalise_phone(found[0])
        except PhoneRefused:
            continue
    return ""


def name_in(text: str) -> str:
    """The name that somebody gives; "" where nobody says it in so many words."""
    found = _NAMED.search(text)
    return found["name"] if found else ""


def place_in(text: str, places: Sequence[Known]) -> int | None:
    """The innermost place whose name stands there, the longest name of several; without its last word (花园小区 →
    花园) if that alone stands there. None for none, and where two fit equally."""
    plain = _folded(text)
    for shorten in (False, True):
        fits = {
            (len(name), one.depth, one.node)
            for one in places
            if len(name := _name_of(one.name, short=shorten)) >= SHORTEST_NAME and name in plain
        }
        if fits:
            best = max(fits)
            equal = {node for length, depth, node in fits if (length, depth) == best[:2]}
            return best[2] if len(equal) == 1 else None
    return None


def category_of(text: str) -> Category:
    """By how many of its words stand there."""
    plain = _folded(text, spaces=True)
    found = {category: sum(_stands(word, plain) for word in words) for category, words in WORDS.items()}
    most = max(found.values())
    return next(category for category, many in found.items() if many == most) if most else Category.OTHER


def _stands(word: str, text: str) -> bool:
    if word.isascii():
        return re.search(rf"\b{re.escape(word)}(?:s|es)?\b", text) is not None
    return word in text


def _name_of(name: str, *, short: bool) -> str:
    folded = _folded(name)
    return _KINDS_OF_PLACE.sub("", folded) if short else folded


def _folded(text: str, *, spaces: bool = False) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return plain if spaces else "".join(plain.split())


def _ascii(text: str) -> str:
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
