"""Who somebody is in a household: to its head (GB/T 4761 in the few words that a residents' list uses)."""

from __future__ import annotations

from enum import StrEnum


class Relation(StrEnum):
    """To the head of the household."""

    HEAD = "head"  # 户主
    SPOUSE = "spouse"  # 配偶
    CHILD = "child"  # 子女
    GRANDCHILD = "grandchild"  # 孙子女
    PARENT = "parent"  # 父母
    GRANDPARENT = "grandparent"  # 祖父母
    SIBLING = "sibling"  # 兄弟姐妹
    RELATIVE = "relative"  # 其他亲属
    OTHER = "other"  # 非亲属: who rents, helps, lodges
