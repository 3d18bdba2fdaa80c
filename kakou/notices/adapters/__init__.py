"""Adapters: what each kind of receiver wants to be sent, and what its answer means. Pure: no network, no database.

One module each, and `kinds.KINDS` the table of them. Source: domain.md 3.8 (formats, limits, signatures, codes).
"""

from kakou.notices.adapters.kinds import KINDS, TO_PEOPLE, Kind, Part, kind_of
from kakou.notices.adapters.shapes import Letter, Notice, Parcel, Reach, Reply, Request, Whom

__all__ = [
    "KINDS", "TO_PEOPLE", "Kind", "Letter", "Notice", "Parcel", "Part", "Reach", "Reply", "Request", "Whom", "kind_of",
]  # fmt: skip
