"""Reads of trust lists: whom to believe now, and which list should have been renewed."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from uuid import UUID

from kakou.kernel.errors import NotFound
from kakou.screening.credentials import TrustStore
from kakou.screening.credentials.trust import SigningKey
from kakou.screening.credentials.trust.packed import unpacked
from kakou.screening.models import TrustList

SOON = dt.timedelta(days=3)  # before its end somebody is told


def trust_lists() -> list[TrustList]:
    """Every list, the latest first; without its content."""
    return list(TrustList.objects.defer("content").select_related("imported_by").order_by("-imported_at"))


def trust_list_at(id: UUID) -> TrustList:
    """One list. Raises NotFound."""
    found = TrustList.objects.defer("content").filter(pk=id).first()
    if found is None:
        raise NotFound("This trust list is not known here.")
    return found


def counting() -> list[TrustList]:
    """Of each name the latest that was not withdrawn."""
    latest = TrustList.objects.filter(withdrawn_at=None).order_by("name", "-imported_at").distinct("name")
    return list(latest.defer("content"))


def ending(at: dt.datetime) -> list[TrustList]:
    """Those that count and end within three days, or have ended."""
    return [one for one in counting() if one.valid_until is not None and one.valid_until <= at + SOON]


def behind_their_issuers() -> tuple[SigningKey, ...]:
    """Keys of issuers who say that there is a newer list of the cards they withdrew than the lists that count hold."""
    return trust_store().missing_lists()


def trust_store() -> TrustStore:
    """All lists that count, as one. Empty where there is none."""
    found = TrustStore()
    for one in counting():
        found = found | _opened(bytes(one.digest), one.pk)
    return found


@lru_cache(maxsize=16)
def _opened(digest: bytes, id: UUID) -> TrustStore:
    content = bytes(TrustList.objects.only("content").get(pk=id).content)
    with unpacked(content) as folder:
        return TrustStore.from_directory(folder)
