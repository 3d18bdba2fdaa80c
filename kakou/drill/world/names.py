"""Names: places that are on no map, people who were never born.

No character of the given names is one of those the article's people bear, so that none of them can come out (R90).
"""

from __future__ import annotations

from kakou.drill.world.chance import Dice

COUNTY = "澄川县"
STREET = "锦禾街道"
URBAN = ("云帆社区", "星汀社区", "兰渚社区", "银杏里社区")
RURAL = (
    "桃溪社区", "柳堰社区", "麦垄社区", "石梁社区", "竹坞社区", "荷荡社区", "青枫社区", "鹭洲社区", "杏陂社区",
)  # fmt: skip
COMPOUNDS = (
    "望舒苑", "揽月府", "听松园", "枕河人家", "晴川里", "拂云轩", "临溪花园", "半山庭", "青棠苑", "栖雁里", "明镜湾",
    "远帆公寓", "知秋园", "朝露新村", "安澜小区", "梧桐里", "海棠湾", "北斗家园", "南窗花园", "和风苑", "清晏小区",
)  # fmt: skip
URBAN_VILLAGES = (
    "小营庄", "前堰村", "后堰村", "东圩村", "西圩村", "沈家湾", "陆家浜", "柏树庄", "大槐村", "油坊村", "窑场村",
    "渡口村",
)  # fmt: skip
VILLAGES = (
    "上桃溪村", "下桃溪村", "柳堰村", "柳下村", "北麦垄村", "南麦垄村", "石梁村", "石井村", "竹坞村", "竹沟村",
    "荷荡村", "菱塘村", "青枫村", "枫桥头村", "鹭洲村", "鹭湾村", "杏陂村", "杏花店村",
)  # fmt: skip
SITES = (
    "澄川二桥接线工地",
    "锦禾学校扩建工地",
    "滨河泵站工地",
    "云帆安置房工地",
    "开发区标准厂房工地",
    "兰渚雨水管网工地",
)
_BRANDS = (
    "星桥", "远禾", "澄源", "启帆", "云锦", "汇川", "恒麦", "嘉澄", "天穗", "华垄",
    "新陂", "宏堰", "泰禾", "瑞汀", "金穗", "百川", "立青", "众枫", "东鹭", "同杏",
)  # fmt: skip
_TRADES = ("电器有限公司", "纺织有限公司", "食品有限公司")
ENTERPRISES = tuple(f"{COUNTY[:2]}{brand}{trade}" for trade in _TRADES for brand in _BRANDS)

_SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程魏吕丁任沈姚卢姜崔钟"
    "谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_DOUBLE = ("欧阳", "司马", "上官", "诸葛", "东方", "尉迟")
_GIVEN = (
    "安柏蓓辰澄楚川春丹冬朵帆方芳菲枫凤福歌光桂国海涵禾荷恒弘虹华槐欢慧佳嘉建江锦晶静菊军君筠康可兰岚乐莉良琳玲龙"
    "露璐满曼梅萌民敏明沐楠宁培鹏平萍琪淇琴青晴庆秋泉然荣蓉瑞若珊尚诗书舒淑霜爽朔松穗棠桃婷桐彤婉文汶雯溪曦夏祥湘"
    "晓心欣新星秀轩雪勋雅妍岩燕阳瑶怡逸英颖永友雨语玉媛源远月云韵泽展哲珍真芝竹卓梓"
)
_RARE = (
    "𠮷",
    "䶮",
    "㛃",
    "𬱖",
    "堃",
    "犇",
    "𬭎",
    "喆",
)  # outside the first plane or missing in old fonts: must survive
_FAR = ("阿依", "古丽", "迪丽", "热娜", "买合", "帕尔", "吐尔", "努尔", "扎西", "卓玛", "次仁", "德吉", "木沙", "艾山")
_LATIN_FIRST = ("Mira", "Jonas", "Awa", "Tomás", "Ingrid", "Samir", "Lucía", "Oskar", "Nia", "Zoë")
_LATIN_LAST = ("Okoro-Lund", "Van Meer", "Castaño", "Brandvold", "O’Sey", "Ndiaye", "Kovář", "Lindqvist", "d’Aubry")


def person_name(dice: Dice) -> str:
    """A name in one of the forms a gate meets: two to four Han characters, rare ones, with a dot, Latin."""
    form = dice.between(1, 200)
    if form <= 2:
        return f"{dice.pick(_LATIN_FIRST)} {dice.pick(_LATIN_LAST)}"
    if form <= 6:
        return f"{dice.pick(_FAR)}{dice.pick(_FAR)}·{dice.pick(_FAR)}{dice.pick(_FAR)}"
    surname = dice.pick(_DOUBLE) if form <= 9 else dice.pick(_SURNAMES)
    if form <= 13:
        return surname + dice.pick(_GIVEN) + dice.pick(_RARE)
    return surname + dice.pick(_GIVEN) + (dice.pick(_GIVEN) if dice.chance(0.8) else "")


def surname_of(name: str) -> str:
    """The part a family shares; empty where the name has none in front."""
    if "·" in name or name[:1].isascii():
        return ""
    return name[:2] if name[:2] in _DOUBLE else name[:1]


def kin_name(head: str, dice: Dice) -> str:
    """A name for a member of the same household: mostly the same surname."""
    own = person_name(dice)
    shared = surname_of(head)
    mine = surname_of(own)
    return shared + own[len(mine) :] if shared and mine and dice.chance(0.7) else own
