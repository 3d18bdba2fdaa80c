"""A town to fold: one compound of many residents, others to visit, and two weeks of people going in and out."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connections, transaction

from kakou.access.scope import acting_as_system
from kakou.kernel.ids import id_at
from kakou.kernel.time import to_ms
from kakou.ledger.actions.days import make_days
from kakou.people.actions import NewPerson, add_people
from kakou.people.rules import Category, Facts
from kakou.places.actions import add_entrance, add_unit
from kakou.places.models import Unit
from kakou.places.rules import EntranceKind, UnitKind

START = dt.datetime(2021, 8, 1, tzinfo=dt.UTC)
DAYS = 14
IN, OUT = 1, 2
HOUR_MS = 3_600_000
MISSED = 0.003  # of all passages: what nobody wrote down

Row = tuple[Any, ...]
COLUMNS = (
    "id, node_id, hash, direction, crossed, subject, subject_kind, purpose, happened_at, device_at, recorded_at, clock,"
    " health, travel, vaccination, origin, mask, verdict, reasons, pack"
)


class Town(NamedTuple):
    """Node ids, and who lives in the large compound."""

    street: int
    home: int
    home_gates: Sequence[int]
    other_gates: Sequence[int]
    residents: Sequence[UUID]


def build(residents: int) -> Town:
    """A street with one compound of `residents` persons and twenty others."""
    at = START - dt.timedelta(days=1)
    with acting_as_system():
        street = add_unit(kind=UnitKind.STREET, parent=None, name="street", by=None, at=at)
        home, home_gates = _compound(street, 0, 2, at)
        others = [_compound(street, n, 1, at)[1][0] for n in range(1, 21)]
        facts = Facts(name="王小明")
        people = [NewPerson(home.node_id, facts, Category.RESIDENT_REGISTERED) for _ in range(residents)]
        ids = [person.pk for person in add_people(people, by=None, at=at)]
    return Town(street.node_id, home.node_id, home_gates, others, ids)


def _compound(street: Unit, number: int, gates: int, at: dt.datetime) -> tuple[Unit, list[int]]:
    unit = add_unit(kind=UnitKind.COMPOUND, parent=street, name=f"compound {number}", by=None, at=at)
    kind = EntranceKind.COMPOUND_GATE
    return unit, [add_entrance(unit=unit, name=f"gate {n}", kind=kind, by=None, at=at).node_id for n in range(gates)]


def passages(town: Town, least: int, seed: int = 7) -> Iterator[Row]:
    """At least `least` passages: each resident goes shopping or to another compound, strangers come for a while."""
    dice = random.Random(seed)
    made = 0
    turn = 0
    while made < least:
        subject = town.residents[turn // 2 % len(town.residents)] if turn % 2 else id_at(to_ms(START), b"%d" % turn)
        for at, gate, way in _fortnight(dice, town, resident=bool(turn % 2)):
            if dice.random() >= MISSED:
                made += 1
                yield _row(at, gate, way, subject, made)
        turn += 1


def _fortnight(dice: random.Random, town: Town, *, resident: bool) -> Iterator[tuple[int, int, int]]:
    at = to_ms(START)
    for _ in range(5):
        at += dice.randrange(12 * HOUR_MS, 60 * HOUR_MS)
        gate, away = dice.choice(town.home_gates), dice.choice(town.other_gates)
        yield at, gate, OUT if resident else IN
        if resident:
            yield at + HOUR_MS // 4, away, IN
            yield at + HOUR_MS // 2, away, OUT
        yield at + dice.randrange(HOUR_MS, 6 * HOUR_MS), dice.choice(town.home_gates), IN if resident else OUT


def _row(at: int, gate: int, way: int, subject: UUID, number: int) -> Row:
    moment = START + dt.timedelta(milliseconds=at - to_ms(START))
    return (
        id_at(at, b"%d" % number), gate, b"", way, True, subject, 1, 0, moment, moment, moment, 0,
        0, 0, 0, 0, 0, 1, [], "",
    )  # fmt: skip


def store(rows: Iterator[Row]) -> int:
    """Write passages as the owner, by COPY: the intake has a benchmark of its own."""
    make_days(START.date(), (START + dt.timedelta(days=DAYS + 8)).date(), using="owner")
    stored = 0
    with (
        transaction.atomic(using="owner"),
        connections["owner"].cursor() as cursor,
        cursor.copy(f"copy ledger_passage ({COLUMNS}) from stdin") as copy,
    ):
        for row in rows:
            copy.write_row(row)
            stored += 1
    analyse("ledger_passage")
    return stored


def analyse(table: str) -> None:
    """What autovacuum does within a minute."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"analyze {table}")


def forget_stays() -> None:
    """Empty the table of stays, so that a rebuild starts from nothing. Orders stay: steps are only ever added."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("truncate ledger_stay")
