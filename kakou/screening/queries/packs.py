"""Reads of packs: their content, their editions, and which one holds where."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from kakou.kernel.errors import NotFound, Refusal
from kakou.screening import packs
from kakou.screening.models import Edition, Publication
from kakou.screening.packs import read_version, shipped, shipped_version, version_of
from kakou.screening.packs.holding import Line, Turn, holding, timeline
from kakou.screening.rules import Pack
from kakou.vault.keys import bundles

AHEAD = dt.timedelta(days=30)  # how far ahead a phone is told what will hold


class EditionAltered(Refusal):
    """The content of an edition is not what was signed when it was made."""

    code = "edition-altered"
    status = 500


@dataclass(frozen=True, slots=True)
class Known:
    """A version with who made it; a shipped one is nobody's."""

    version: str
    content: dict[str, Any]
    edition: Edition | None


def default_version() -> str:
    """What holds where nothing was published."""
    return shipped_version(settings.DEFAULT_PACK)


def content_of(version: str) -> dict[str, Any]:
    """The JSON of a version. Raises NotFound, EditionAltered."""
    found = _shipped(version)
    return found if found is not None else json.loads(_edition(version).content)


def pack_of(version: str) -> Pack | None:
    """The pack, ready to judge; None for a version that nobody knows. Kept: a version never changes."""
    try:
        return _pack_of(version)
    except NotFound:
        return None


def known() -> list[Known]:
    """Every version: the shipped ones, then the office's own, the latest first."""
    ours = [Known(version_of(content), content, None) for content in map(shipped, packs.SHIPPED)]
    theirs = Edition.objects.select_related("made_by").order_by("-made_at", "-number")
    return ours + [Known(str(edition), json.loads(edition.content), edition) for edition in theirs]


def known_one(version: str) -> Known:
    """One version. Raises NotFound, EditionAltered."""
    found = _shipped(version)
    if found is not None:
        return Known(version, found, None)
    edition = _edition(version)
    return Known(version, json.loads(edition.content), edition)


def publications(nodes: Collection[int] | None = None) -> list[Publication]:
    """Publications in scope, at some nodes or all; the latest first."""
    found = Publication.objects.select_related("published_by").order_by("-starts_at", "-published_at")
    return list(found if nodes is None else found.filter(node_id__in=nodes))


def publication_at(id: UUID) -> Publication:
    """One publication. Raises NotFound, also outside the reader's scope."""
    found = Publication.objects.filter(pk=id).first()
    if found is None:
        raise NotFound("This publication is not known here.")
    return found


def lines_at(place: int) -> list[Line]:
    """What was published for a place or above it; nothing for a place outside the reader's scope."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select depth, unit_kind, version, starts_at, ends_at from screening_publications_of(%s)", [place]
        )
        return [Line(*row) for row in cursor.fetchall()]


def lines_below(places: Collection[int]) -> dict[int, list[Line]]:
    """What was published for each of these places or above it, within the reader's scope. One query; nothing is asked
    place by place, for a fold meets every gate there is.
    """
    found: dict[int, list[Line]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.descendant_id, c.depth, p.unit_kind, p.version, p.starts_at, p.ends_at"
            " from screening_publication p join access_closure c on c.ancestor_id = p.node_id"
            " where c.descendant_id = any(%s) and (p.ends_at is null or p.ends_at > p.starts_at)",
            [[*places]],
        )
        for place, *line in cursor.fetchall():
            found.setdefault(place, []).append(Line(*line))
    return found


def version_at(place: int, unit_kind: str, at: dt.datetime) -> str:
    """The version that holds at a place."""
    line = holding(lines_at(place), unit_kind, at)
    return line.version if line else default_version()


def turns_at(place: int, unit_kind: str, at: dt.datetime) -> list[Turn]:
    """What holds there now, and every change of the next thirty days."""
    return timeline(lines_at(place), unit_kind, start=at, end=at + AHEAD, otherwise=default_version())


def _shipped(version: str) -> dict[str, Any] | None:
    read = read_version(version)
    return shipped(read[0]) if read and read[0] in packs.SHIPPED and read[1] == 1 else None


def _edition(version: str) -> Edition:
    code, number = read_version(version) or ("", 0)
    edition = Edition.objects.select_related("made_by").filter(code=code, number=number).first()
    if edition is None:
        raise NotFound("These rules are not known here.")
    content = edition.content.encode()
    whole = hashlib.sha256(content).digest() == bytes(edition.digest)
    if not (whole and bundles.holds(content, bytes(edition.signature))):
        raise EditionAltered(
            "The rules %(version)s are not what was signed when they were made. Publish others, and tell the"
            " administrator.",
            version=version,
        )
    return edition


@lru_cache(maxsize=64)
def _pack_of(version: str) -> Pack:
    return packs.read_pack(content_of(version))
