"""When two addresses of one unit are the same door. Pure.

3栋2单元501室 = 3-2-501 = ３号楼２单元５０１ = 阳光小区3幢2-501
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kakou.people.rules.text import bare

_PARTS = re.compile(r"号楼|栋|幢|楼|座|单元|门牌|室|户|房|号|[-—–_/#,，·、]")
_DASHES = re.compile(r"-+")


def same_address(text: str, *, within: Iterable[str] = ()) -> str:
    """The form in which addresses of one unit are compared, "" for one that says nothing; `within`: names of the unit
    and of what lies around it, which some write before the door and some do not."""
    plain = bare(text, "")
    for name in filter(None, (bare(name, "") for name in within)):
        plain = plain.rpartition(name)[2]
    return _DASHES.sub("-", _PARTS.sub("-", plain)).strip("-")
