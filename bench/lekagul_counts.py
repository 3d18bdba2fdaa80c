"""`kakou bench lekagul-counts`: what became of the public year of readings (VAST Challenge 2017 MC1) once imported."""

from __future__ import annotations

import json
from uuid import UUID

import click

CAMPING, OUTER, BASE = "Camping %", "Lekagul Preserve", "Ranger base"
VISIT, ABSENCE = 1, 2


def counts() -> dict[str, int]:
    """The figures by name, over the whole ledger: ask it where only that file was imported."""
    from django.db import connection

    from kakou.access.scope import acting_as_system
    from kakou.ledger.stays import StayState
    from kakou.ledger.stays.rows import STATES

    wanted = {
        "outer_closed": (OUTER, VISIT, StayState.CLOSED),
        "outer_open": (OUTER, VISIT, StayState.OPEN),
        "camping_closed": (CAMPING, VISIT, StayState.CLOSED),
        "camping_missed": (CAMPING, VISIT, StayState.MISSED_EXIT),
        "camping_open": (CAMPING, VISIT, StayState.OPEN),
        "absences_closed": (BASE, ABSENCE, StayState.CLOSED),
        "absences_open": (BASE, ABSENCE, StayState.OPEN),
    }
    with acting_as_system(), connection.cursor() as cursor:
        cursor.execute("select count(distinct subject) from ledger_passage")
        found = {"vehicles": int(cursor.fetchone()[0])}
        for name, (unit, kind, state) in wanted.items():
            cursor.execute(
                "select count(*) from ledger_stay s join places_unit u on u.node_id = s.node_id"
                " where u.name like %s and s.kind = %s and s.state = %s",
                [unit, kind, STATES[state]],
            )
            found[name] = int(cursor.fetchone()[0])
        cursor.execute("select count(*) from ledger_stay")
        found["stays"] = int(cursor.fetchone()[0])
        cursor.execute(
            "select s.subject from ledger_stay s join places_unit u on u.node_id = s.node_id"
            " where u.name = %s and s.state = %s and s.since_at >= '2015-06-01Z' and s.since_at < '2015-07-01Z'",
            [OUTER, STATES[StayState.OPEN]],
        )
        since_june = [row[0] for row in cursor.fetchall()]
    found["outer_open_since_june_2015"] = len(since_june)
    found["its_timeline_page"] = timeline_page(since_june[0]) if since_june else 0
    return found


def timeline_page(subject: UUID) -> int:
    """The status of the page of one vehicle's trail, as the commander of the preserve opens it; 0 if its first entry is
    not on it."""
    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone

    from kakou.access.actions import create_staff, grant_role
    from kakou.access.models import Node
    from kakou.access.rules import Role
    from kakou.access.scope import acting_as_system

    at = timezone.now()
    with acting_as_system():
        root = Node.objects.get(parent=None)
    staff = create_staff(username=f"bench-{at:%H%M%S%f}", password=None, is_drill=True, by=None, at=at)
    grant_role(staff=staff, role=Role.COMMANDER, node=root, by=None, at=at)
    client = Client()
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("ledger:timeline", args=[subject]))
    return answer.status_code if b"2015" in answer.content else 0


@click.command("lekagul-counts")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(as_json: bool) -> None:
    """Count the stays that the public year of readings leaves behind (import it first)."""
    from kakou.config import settings
    from kakou.config.postgres.at_hand import at_hand

    with at_hand(settings.HOME, settings.PG_SOCKET):
        found = counts()
    if as_json:
        click.echo(json.dumps(found))
        return
    for name, count in found.items():
        click.echo(f"{name:<16} {count:>8}")
