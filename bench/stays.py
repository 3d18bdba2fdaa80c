"""`kakou bench stays`: how fast passages are folded, late ones too, and how fast a large unit tells who is inside."""

from __future__ import annotations

import datetime as dt
import random
import statistics
import sys
import time
from uuid import UUID

import click

from bench.figures import Figure, are_met, measured, tell
from bench.laboratory import at_work, measure

ROUNDS = 5


@click.command("stays")
@click.option("--passages", default=300_000, show_default=True, help="How many to fold.")
@click.option("--residents", default=20_000, show_default=True, help="Of the unit that is asked who is inside.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def command(passages: int, residents: int, as_json: bool) -> None:
    """Measure the fold of stays in a database of its own, which is removed afterwards (about three minutes)."""
    arguments = [str(passages), str(residents), *(["--json"] if as_json else [])]
    sys.exit(measure("bench.stays", *arguments, role="worker"))


def in_memory() -> Figure:
    """5.4: crossings of one subject at a time, sorting included."""
    from kakou.ledger.stays import Topology, fold

    topology = Topology({100: 1, 101: 1, 20: 2, 21: 2}, {1: 0, 2: 1}, {1: 14_400_000}, {1: 86_400_000})
    dice = random.Random(7)
    subjects, count = [], 0
    for number in range(10_000):
        rows, at = [], 0
        lives = number % 2
        for _ in range(5):
            turn = [(20, 2), (100, 2), (101, 1), (20, 1)] if lives else [(100, 1), (20, 1), (20, 2), (101, 2)]
            for gate, way in turn:
                at += dice.randrange(1, 14_400_000)
                rows.append((at, (at << 80) | dice.getrandbits(62), gate, way, True, 0, -1, False))
        dice.shuffle(rows)
        subjects.append((frozenset({2}) if lives else frozenset(), rows))
        count += len(rows)
    rounds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for homes, rows in subjects:
            fold(rows, topology, homes)
        rounds.append(count / (time.perf_counter() - began))
    return measured("5.4", "fold in memory, unsorted", rounds, "passages/s", least=200_000)


def end_to_end() -> Figure:
    """5.4: from the table of passages to the table of stays, committed."""
    from bench import town
    from kakou.ledger.actions.rebuild import rebuild

    rounds = []
    for _ in range(ROUNDS):
        town.forget_stays()
        began = time.perf_counter()
        *_, done = rebuild(at=town.START + dt.timedelta(days=30))
        rounds.append(done.passages / (time.perf_counter() - began))
    town.analyse("ledger_stay")
    return measured("5.4", "kakou ledger stays, from nothing", rounds, "passages/s", least=30_000)


def late(subjects: list[UUID], gate: int) -> list[Figure]:
    """5.4: one passage that comes late, beside one look-up of a subject's passages by their index."""
    from bench import town
    from kakou.kernel.ids import id_at
    from kakou.kernel.time import to_ms
    from kakou.ledger.actions.stays import LandKeeper, fold_new

    keeper, after = LandKeeper(), town.START + dt.timedelta(days=30)
    while fold_new(at=after, keeper=keeper, most=10**9).more:
        pass
    looks, bare, folds = [], [], []
    for number, subject in enumerate(subjects):
        whole, statement = _look_up(subject)
        looks.append(whole)
        bare.append(statement)
        happened = to_ms(town.START) + 100 * 3_600_000 + number
        row = town._row(happened, gate, town.IN, subject, 10**9 + number)
        assert row[0] == id_at(happened, b"%d" % (10**9 + number))
        town.store(iter([row]))
        began = time.perf_counter()
        done = fold_new(at=after, keeper=keeper)
        folds.append(time.perf_counter() - began)
        assert (done.passages, done.subjects) == (1, 1)
    look = statistics.median(looks)
    return [
        measured("5.4", "one indexed look-up, its transaction and scope", [1000 * each for each in looks], "ms"),
        measured("5.4", "the bare statement of it", [1000 * each for each in bare], "ms"),
        measured("5.4", "a late passage, folded and committed", [1000 * seconds for seconds in folds], "ms"),
        measured("5.4", "late passage : look-up", [seconds / look for seconds in folds], "x", most=20),
    ]


def _look_up(subject: UUID) -> tuple[float, float]:
    """Seconds of what any page does to see one subject's passages, and of the statement alone."""
    from django.db import connection

    from kakou.access.scope import acting_as_system

    first = time.perf_counter()
    with acting_as_system(), connection.cursor() as cursor:
        began = time.perf_counter()
        cursor.execute("select * from ledger_passage where subject = %s", [subject])
        assert cursor.fetchall()
        statement = time.perf_counter() - began
    return time.perf_counter() - first, statement


def page(node: int) -> Figure:
    """5.4: the page "who is inside", from request to answer, as a commander sees it."""
    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone

    from kakou.access.actions import create_staff, grant_role
    from kakou.access.models import Node
    from kakou.access.rules import Role

    at = timezone.now()
    staff = create_staff(username="bench", password=None, is_drill=True, by=None, at=at)
    grant_role(staff=staff, role=Role.COMMANDER, node=Node.objects.get(pk=node), by=None, at=at)
    client, rounds = Client(), []
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    for _ in range(4 * ROUNDS):
        began = time.perf_counter()
        answer = client.get(reverse("ledger:inside"), {"place": node, "show": "present"})
        rounds.append(1000 * (time.perf_counter() - began))
        assert answer.status_code == 200, answer.status_code
    return measured("5.4", "page who is inside, 20,000 residents", rounds, "ms", most=300)


def main() -> int:
    """In the laboratory: `python -m bench.stays PASSAGES RESIDENTS [--json]`. 0 when every figure is met."""
    passages, residents, as_json = int(sys.argv[1]), int(sys.argv[2]), "--json" in sys.argv
    figures = [in_memory()]
    with at_work():
        from bench import town

        place = town.build(residents)
        stored = town.store(town.passages(place, passages))
        click.echo(f"{stored} passages", err=True)
        figures.append(end_to_end())
        figures += late(list(place.residents[:40]), place.other_gates[0])
        figures.append(page(place.home))
    tell(figures, as_json=as_json)
    return 0 if are_met(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
