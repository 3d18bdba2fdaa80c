"""The register of licences, and who of it may help somewhere now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from kakou import vault
from kakou.access.models import Closure
from kakou.access.rules import Permission
from kakou.access.scope import acting_as_system, acting_for
from kakou.kernel.errors import NotFound
from kakou.people import queries as people
from kakou.places.queries import path_of
from kakou.places.rules import UnitKind
from kakou.skills.models import TABLE, Licence
from kakou.skills.queries.safety import flags_of
from kakou.skills.rules import SOON, Flag, Skill, fitting, red
from kakou.vault.keys import KeyDestroyed
from kakou.vault.rules import Kind, mask
from kakou.vault.sealing import unseal

_COMMUNITY = frozenset({UnitKind.COMMUNITY_URBAN, UnitKind.COMMUNITY_RURAL})
_AROUND = "select ancestor_id from access_closure where descendant_id = %s"
_SHARED = """select asked.node, count(*) from unnest(%s::int[]) as asked(node)
  join access_closure mine on mine.descendant_id = asked.node
  join access_closure there on there.ancestor_id = mine.ancestor_id and there.descendant_id = %s
  group by asked.node"""


@dataclass(frozen=True, slots=True)
class Held:
    """A licence as anybody allowed on the page may see it: bearer and number masked."""

    row: Licence
    name: str
    number: str

    @property
    def skill(self) -> Skill:
        """What it allows."""
        return Skill(self.row.skill)

    def runs_out(self, today: dt.date) -> bool:
        """Is its last day near, or over?"""
        return self.row.expires_on is not None and self.row.expires_on <= today + SOON


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who can do it, and what speaks against asking him now."""

    held: Held
    flags: frozenset[Flag]

    @property
    def may_be_asked(self) -> bool:
        """Is nothing red open?"""
        return not red(self.flags)


def licence_at(id: UUID) -> Licence:
    """One licence. Raises NotFound, also when it lies outside the reader's scope."""
    found = Licence.objects.select_related("person", "recorded_by", "verified_by", "agreed_by").filter(pk=id).first()
    if found is None:
        raise NotFound("There is no such licence here.")
    return found


def listed(*, node: int | None, skill: str = "", soon: dt.date | None = None) -> QuerySet[Licence]:
    """Licences that hold, at `node` and below (None: all in scope), those that run out first before the rest; with
    `soon` only those whose last day, or day of destruction, is not later."""
    found = Licence.objects.select_related("person", "verified_by").filter(ended_at=None)
    if node is not None:
        found = found.filter(node_id__in=Closure.objects.filter(ancestor_id=node).values("descendant_id"))
    if skill:
        found = found.filter(skill=skill)
    if soon is not None:
        found = found.filter(Q(expires_on__lte=soon) | Q(due_on__lte=soon))
    return found.order_by("expires_on", "pk")


def held(licences: Collection[Licence]) -> list[Held]:
    """As pages show them, in their order."""
    return [_held(one) for one in licences]


def _held(licence: Licence) -> Held:
    return Held(licence, people.shown(licence.person).name, mask(Kind.DOCUMENT, number_of(licence)))


def number_of(licence: Licence) -> str:
    """In plain, to be masked; "" where there is none, and when it was destroyed."""
    if licence.number_sealed is None:
        return ""
    try:
        plain = unseal(
            vault.store(), table=TABLE, row=licence.pk, field="number_sealed", sealed=bytes(licence.number_sealed)
        )
    except KeyDestroyed:
        return ""
    return plain.decode()


def area_of(node: int) -> int:
    """The community around a unit or gate, within which helpers are looked for; the node itself outside of any."""
    with connection.cursor() as cursor:
        cursor.execute(_AROUND, [node])
        nodes = frozenset(row[0] for row in cursor.fetchall())
    with acting_for({Permission.SEE_PLACES: nodes}):
        path = path_of(node)[::-1]
    return next((unit.node_id for unit in path if UnitKind(unit.kind) in _COMMUNITY), node)


def candidates(skill: Skill, *, node: int, at: dt.datetime) -> list[Candidate]:
    """Who of the register, within the reader's scope, can do it in the community around `node`: who may be asked
    first, of these whom fewest things speak against, of these the nearest."""
    around = area_of(node)
    below = Closure.objects.filter(ancestor_id=around).values("descendant_id")
    rows = (
        Licence.objects.select_related("person")
        .filter(ended_at=None, node_id__in=below, skill__in=[one.value for one in fitting(skill)])
        .order_by("expires_on", "pk")
    )
    found = flags_of(list(rows), around=around, at=at)
    licences = _best_of_each(list(rows), skill, found)
    near = _shared({one.node_id for one in licences}, node)
    ordered = sorted(licences, key=lambda one: (len(red(found[one.pk])), len(found[one.pk]), -near.get(one.node_id, 0)))
    return [Candidate(_held(one), found[one.pk]) for one in ordered]


def _best_of_each(licences: Collection[Licence], skill: Skill, found: Mapping[UUID, frozenset[Flag]]) -> list[Licence]:
    """One licence of each person: that against which the least speaks (`found`: by licence), of these the one for just
    this before one that covers it."""
    ranked = sorted(licences, key=lambda one: (len(red(found[one.pk])), len(found[one.pk]), one.skill != skill.value))
    best: dict[UUID, Licence] = {}
    for one in ranked:
        best.setdefault(one.person_id, one)
    return list(best.values())


def _shared(nodes: Collection[int], there: int) -> dict[int, int]:
    """Node → how many places around it are around `there` too: the more, the nearer."""
    with connection.cursor() as cursor:
        cursor.execute(_SHARED, [list(nodes), there])
        return dict(cursor.fetchall())


def bars(person: UUID, skill: Skill, *, node: int, at: dt.datetime, helps_here: bool = False) -> list[Flag]:
    """What red is open about sending this person to do that at `node`, by the best of his licences; [] for nothing.
    Who has no such licence has nobody see it. `helps_here`: that he helps already is this very help."""
    with acting_as_system():
        rows = Licence.objects.filter(person=person, ended_at=None, skill__in=[one.value for one in fitting(skill)])
        found = flags_of(list(rows), around=area_of(node), at=at)
    left = [red(flags - {Flag.BUSY} if helps_here else flags) for flags in found.values()]
    return min(left, key=len, default=[Flag.UNVERIFIED])
