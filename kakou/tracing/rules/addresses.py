"""When two addresses of one unit are the same door. Pure.

3栋2单元501室 = 3-2-501 = ３号楼２单元５０１ = 阳光小区3幢2-501
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_PARTS = re.compile(r"号楼|栋|幢|楼|座|单元|门牌|室|户|房|号|[-—–_/#,，.、]")
_DASHES = re.compile(r"-+")


def same_address(text: str, *, within: Iterable[str] = ()) -> str:
    """The form in which addresses of one unit are compared, "" for one that says nothing; `within`: names of the unit
    and of what lies around it, which some write before the door and some do not."""
    plain = "".join(unicodedata.normalize("NFKC", text).upper().split())
    for name in within:
        before, found, after = plain.rpartition("".join(unicodedata.normalize("NFKC", name).upper().split()))
        plain = after if found and name else before + after
    return _DASHES.sub("-", _PARTS.sub("-", plain)).strip("-")
