"""What people write in the cells, in both languages, and the sentences about what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from kakou.places.rules import N_, TITLES, EntranceKind, EntranceState, UnitKind

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "kind": ("类型", "kind", "种类"),
    "name": ("名称", "name"),
    "parent": ("上级", "inside", "parent", "所属单元"),
    "code": ("编码", "code", "区划代码"),
    "state": ("状态", "state"),
    "seal": ("封堵方式", "seal", "sealed with"),
    "residents": ("常住人口", "residents"),
    "nonlocals": ("外来人口", "non-local residents", "nonlocals"),
    "counted_on": ("统计日期", "counted on"),
    "counted_by": ("统计来源", "source", "counted by"),
    "inner": ("内部读点", "inner reading"),
    "sealed_on": ("封堵日期", "sealed on"),
    "opener": ("应急开启人", "emergency opener"),
    "lon": ("经度", "lon", "longitude"),
    "lat": ("纬度", "lat", "latitude"),
    "title": ("责任人职务", "office of who answers"),
    "person": ("责任人", "who answers"),
    "phone": ("责任人电话", "telephone of who answers"),
    "second": ("代管单位", "managed on behalf by"),
    "served_by": ("服务社区", "served by"),
}
HANDED_OUT = tuple(COLUMNS)
BETWEEN = "、"
OF_UNITS = ("code", "residents", "nonlocals", "counted_on", "counted_by", "second", "served_by")
OF_ENTRANCES = ("state", "seal", "inner", "sealed_on", "opener")
REQUIRED = ("kind", "name", "parent")

_CHINESE: Mapping[StrEnum, tuple[str, ...]] = {
    UnitKind.COUNTY: ("县", "区"),
    UnitKind.ZONE: ("开发区",),
    UnitKind.STREET: ("街道", "镇", "乡"),
    UnitKind.COMMUNITY_URBAN: ("城市社区", "社区"),
    UnitKind.COMMUNITY_RURAL: ("涉农社区", "农村社区"),
    UnitKind.COMPOUND: ("小区", "居民小区"),
    UnitKind.URBAN_VILLAGE: ("城中村",),
    UnitKind.VILLAGE: ("村", "行政村", "自然村"),
    UnitKind.VILLAGE_GROUP: ("村民小组", "组"),
    UnitKind.ENTERPRISE: ("企业", "工厂"),
    UnitKind.SITE: ("工地", "建设工地"),
    UnitKind.PLACE: ("场所", "公共场所"),
    EntranceKind.COMPOUND_GATE: ("小区大门", "大门"),
    EntranceKind.ROAD_CHECKPOINT: ("交通卡点", "卡点", "卡口"),
    EntranceKind.VILLAGE_PATH: ("入村道口", "道口"),
    EntranceKind.ENTERPRISE_GATE: ("厂门", "企业大门"),
    EntranceKind.SITE_GATE: ("工地大门",),
    EntranceState.STAFFED: ("设岗", "值守"),
    EntranceState.SEALED: ("封堵",),
    EntranceState.EMERGENCY_ONLY: ("应急", "应急通道"),
    EntranceState.CLOSED: ("关闭",),
}
YES = frozenset({"是", "yes", "y", "true", "1"})


def _table(*kinds: type[StrEnum]) -> dict[str, StrEnum]:
    told: dict[str, StrEnum] = {}
    for kind in kinds:
        for value in kind:
            for word in (value.value, TITLES[value].lower(), *_CHINESE[value]):  # type: ignore[index]
                told[word] = value
    return told


def word_of(value: StrEnum, language: str) -> str:
    """As a cell says it, so that it means this value again."""
    return _CHINESE[value][0] if language == "zh" else TITLES[value]  # type: ignore[index]


KINDS = _table(UnitKind, EntranceKind)
STATES = _table(EntranceState)

NO_KIND = N_("There is no kind of place called %(word)s.")
FIX_KIND = N_("Write one of: county, street, urban community, compound, village, compound gate, village path …")
NO_STATE = N_("There is no state of an entrance called %(word)s.")
FIX_STATE = N_("Write staffed, sealed, emergency only or shut.")
NO_PARENT = N_("No unit called %(word)s stands above this row or in the system.")
FIX_PARENT = N_("Put its row above, or write its code.")
MANY_PARENTS = N_("%(count)d units are called %(word)s.")
FIX_MANY = N_("Write its code, or the names on the way to it with / between them.")
NOT_YOURS = N_("You may not change places there.")
STANDS_ELSEWHERE = N_("This unit stands inside another one now.")
FIX_MOVE = N_("An import does not move units: move it on its page.")
LEADS_ELSEWHERE = N_("This entrance leads into another unit now.")
FIX_LED = N_("Save the sheet anew and change that one; a new entrance needs another name.")
OTHER_KIND = N_("There is a place of this name and of another kind.")
FIX_OTHER_KIND = N_("An import does not change kinds: give the new place another name.")
OTHER_INNER = N_("There is an entrance of this name, and whether it is a reading inside was said otherwise.")
FIX_OTHER_INNER = N_("An import does not change that: seal this entrance and give the new one another name.")
TWICE = N_("The same place stands in row %(first)d already.")
NOT_FOR_UNITS = N_("Only an entrance has a state or a seal.")
NOT_FOR_ENTRANCES = N_("Only a unit has a code and counts.")
BAD_DATE = N_("This is no date.")
FIX_DATE = N_("Write it as 2021-07-31.")
UNDATED = N_("A count needs its day and where it comes from.")
NOT_THEN = N_("Nobody counted on %(day)s: it lies before 2000 or in the future.")
FIX_UNDATED = N_("Fill in the columns “counted on” and “source”.")
TOO_SMALL = N_("A count is not below 0 and not above 2147483647.")
FIX_COUNT = N_("Correct the count.")
FIX_CLEAR = N_("Clear the cell, or correct the kind of the row.")
FIX_CELL = N_("Correct the cell.")
FIX_TWICE = N_("Delete one of the two rows.")
FIX_NOT_YOURS = N_("Leave the row out, or ask whoever looks after that place.")
ENTRANCE_OF_NOTHING = N_("An entrance leads into a unit; none is named.")
FIX_NOTHING = N_("Write the name or code of the unit.")
NO_OPENER = N_("Nobody with the account %(word)s works there.")
FIX_OPENER = N_("Write the login name of somebody who works over this place.")
SEAL_NOT_THEN = N_("The day of the seal lies before 2000 or in the future.")
HALF_A_POSITION = N_("A position has a longitude and a latitude.")
FIX_POSITION = N_("Fill in both columns in degrees of WGS-84, or none.")
HAS_AN_OUTLINE = N_("This place has a line or an outline; a position would take its place.")
FIX_OUTLINE = N_("Clear both cells and bring outlines in as GeoJSON.")
NO_OFFICE = N_("Who answers has an office and a name.")
FIX_OFFICE = N_("Fill in both columns, or none of the three.")
