"""Adapters: what each kind of receiver wants to be sent, and what its answer means. Pure: no network, no database.

One module each, and `kinds.KINDS` the table of them. Source: domain.md 3.8 (formats, limits, signatures, codes).
"""

from kakou.notices.adapters.kinds import KINDS, Kind, Part, kind_of
from kakou.notices.adapters.shapes import Letter, Notice, Parcel, Reach, Reply, Request

__all__ = ["KINDS", "Kind", "Letter", "Notice", "Parcel", "Part", "Reach", "Reply", "Request", "kind_of"]
