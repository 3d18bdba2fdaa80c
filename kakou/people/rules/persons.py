"""Who somebody is to the place: category and special circumstances (data dictionary, Person)."""

from __future__ import annotations

from enum import StrEnum


class Category(StrEnum):
    """What brings a person here."""

    RESIDENT_REGISTERED = "resident_registered"  # 户籍
    RESIDENT_NONLOCAL = "resident_nonlocal"  # 外来常住
    ARRIVAL = "arrival"  # 新来
    VISITOR = "visitor"  # 访客
    WORKER = "worker"  # 职工
    DRIVER = "driver"  # 司机
    UNKNOWN = "unknown"  # 未知


class Special(StrEnum):
    """Why the usual way at the gate does not fit this person."""

    NO_PHONE = "no_phone"  # 无手机
    ELDERLY = "elderly"  # 老人
    MINOR = "minor"  # 未成年
    PREGNANT = "pregnant"  # 孕妇
    PATIENT = "patient"  # 病人
    EXEMPT = "exempt"  # 豁免
