"""Rows of the follow-up list, ready to be shown: masked names, what is due, which answers there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from kakou.access.pages import StaffRequest, nodes_held
from kakou.access.rules import Permission
from kakou.people import queries as people
from kakou.people.queries import PersonShown
from kakou.tracing.models import FollowUp, Involved
from kakou.tracing.pages.frame import Somebody, somebodies
from kakou.tracing.pages.words import FINDINGS, TASKS
from kakou.tracing.policy import Grade, edition
from kakou.tracing.queries import following as queries
from kakou.tracing.rules.following import FINDINGS as ANSWERS
from kakou.tracing.rules.following import Finding, Task, Told, is_to_be_looked_for, why_not_released
from kakou.web.kit.signs import Sign

Choice = tuple[str, str]
"""A finding and its word."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing due or told. `usual`: the answer that one tap gives; `others`: behind another; `look_for`: nobody has
    reached him for days; `waits`: what a release still waits for; `follows`: id of what comes next on the page."""

    item: FollowUp
    who: Somebody
    task: str
    sign: Sign
    usual: Choice | None
    others: list[Choice]
    late: bool = False
    look_for: bool = False
    waits: str = ""
    follows: UUID | str = ""
    may_trace: bool = False

    @property
    def degrees(self) -> str:
        """37.8, or nothing."""
        return f"{self.item.tenths / 10:.1f}" if self.item.tenths is not None else ""


@dataclass(frozen=True, slots=True)
class House:
    """A household. `phone`: masked; `calls`: what "all well" answers, where it is more than one; `follows`: id of what
    comes after all of it."""

    place: str
    phone: str
    rows: list[Row]
    calls: list[FollowUp]
    follows: UUID | str

    @property
    def first(self) -> FollowUp:
        """By whose id the number is asked for."""
        return self.rows[0].item

    @property
    def many(self) -> int:
        """People."""
        return len({row.item.involved_id for row in self.rows})


def to_do(request: StaffRequest, houses: Sequence[Sequence[FollowUp]], *, today: dt.date) -> list[House]:
    """Households with what is due in each. A handful of queries, however many they are."""
    flat = [item for house in houses for item in house]
    who = _who(request, flat)
    told = {pk: queries.told(rows) for pk, rows in queries.items_of(_people(flat)).items()}
    phones = phones_of(flat)
    later: list[UUID | str] = [*(item.pk for item in flat[1:]), ""]
    follows = {item.pk: then for item, then in zip(flat, later, strict=False)}
    shown = []
    for house in houses:
        rows = [_due(item, who, told[item.involved_id], follows[item.pk], today) for item in house]
        calls = [item for item in house if item.task == Task.CALL]
        shown.append(House(
            place=rows[0].who.place, rows=rows, calls=calls if len(calls) > 1 else [], follows=follows[house[-1].pk],
            phone=next((phones[item.involved.subject] for item in house if item.involved.subject in phones), ""),
        ))  # fmt: skip
    return shown


def answered(request: StaffRequest, items: Sequence[FollowUp]) -> list[Row]:
    """What was told, with what it could be put right to."""
    who, mine = _who(request, items), set(nodes_held(Permission.TRACE))
    return [
        Row(
            item, who[item.involved_id], _(TASKS[Task(item.task)]), FINDINGS[Finding(item.finding)], None,
            _choices(Task(item.task)) if item.task != Task.RELEASE else [], may_trace=item.node_id in mine,
        )
        for item in items
    ]  # fmt: skip


def phones_of(items: Collection[FollowUp]) -> dict[UUID, str]:
    """Subject → his telephone, masked."""
    shown = people.shown_many({item.involved.subject for item in items})
    return {id: one.phone for id, one in shown.items() if isinstance(one, PersonShown) and one.phone}


def _due(item: FollowUp, who: dict[UUID, Somebody], told: list[Told], follows: UUID | str, today: dt.date) -> Row:
    task, choices = Task(item.task), _choices(Task(item.task))
    waits = _waits(item.involved, told, today) if task is Task.RELEASE else ""
    return Row(
        item, who[item.involved_id], _(TASKS[task]), FINDINGS[Finding(item.finding)],
        choices[0] if task is not Task.RELEASE else None, choices[1:], late=item.day < today,
        look_for=task is Task.CALL and is_to_be_looked_for(told), waits=_(waits) if waits else "", follows=follows,
    )  # fmt: skip


def _waits(involved: Involved, told: list[Told], today: dt.date) -> str:
    return why_not_released(edition(involved.edition), Grade(involved.grade or Grade.NONE), told, today=today)


def _choices(task: Task) -> list[Choice]:
    """The usual answer first."""
    return [(finding.value, FINDINGS[finding].word) for finding in ANSWERS[task]]


def _people(items: Collection[FollowUp]) -> list[Involved]:
    return list({item.involved_id: item.involved for item in items}.values())


def _who(request: StaffRequest, items: Collection[FollowUp]) -> dict[UUID, Somebody]:
    return {one.row.pk: one for one in somebodies(request, _people(items), outbreak=None)}
