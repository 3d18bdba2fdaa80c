"""The only writes of setup: a code for the console, the first administrator, the first gate."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission, Role
from kakou.access.scope import acting_as_system
from kakou.audit import actions as audit
from kakou.kernel.errors import NotFound, Refusal
from kakou.kernel.site import Site, read_site, write_site
from kakou.places import actions as places
from kakou.places.models import Entrance, Unit
from kakou.places.rules import UnitKind
from kakou.setup import rules
from kakou.setup.models import Ticket
from kakou.setup.queries import is_empty


class CodeUnusable(Refusal):
    """Wrong, used, too old or never shown: all look the same to whoever tries codes."""

    code = "setup-code-unusable"
    status = 403


class AlreadySetUp(Refusal):
    """There are accounts: the console makes more of them by `kakou staff`."""

    code = "already-set-up"
    status = 409


@dataclass(frozen=True, slots=True)
class Opening:
    """What the first administrator says of himself and of the place."""

    username: str
    password: str
    site: str
    kind: UnitKind
    zone: str


@transaction.atomic
def issue_ticket(*, at: dt.datetime) -> str:
    """A new code for the console; every older one is good no more. Raises AlreadySetUp."""
    if not is_empty():
        raise AlreadySetUp("There are accounts already. Make another one with `kakou staff add`.")
    code = rules.code_from([secrets.randbelow(len(rules.ALPHABET)) for _ in range(rules.LENGTH)])
    Ticket.objects.filter(used_at=None).update(used_at=at)
    Ticket.objects.create(code_hash=rules.hash_of(code), issued_at=at, expires_at=at + rules.LASTS)
    audit.record("setup.code_shown", subject=None, by=None, at=at)
    return code


@transaction.atomic
def open_site(opening: Opening, *, code: str, home: Path, at: dt.datetime) -> Staff:
    """The first account, administrator over the whole tree, whose top is made with it; the code is used up.

    Raises CodeUnusable, NotFound once there is an account, and what places and accounts refuse.
    """
    ticket = Ticket.objects.select_for_update().filter(used_at=None).order_by("-issued_at", "-pk").first()
    if not is_empty():
        raise NotFound("Kakou is set up already.")
    if ticket is None or at >= ticket.expires_at or not rules.is_the_code(code, bytes(ticket.code_hash)):
        raise CodeUnusable("This code is wrong, used or older than an hour. `kakou setup-token` shows a new one.")
    Ticket.objects.filter(pk=ticket.pk).update(used_at=at)
    with acting_as_system():
        first = access.create_staff(username=opening.username, password=opening.password, by=None, at=at)
        unit = places.add_unit(kind=opening.kind, parent=None, by=None, at=at, name=opening.site)
        access.grant_role(staff=first, role=Role.ADMINISTRATOR, node=unit.node, by=None, at=at)
        audit.record("setup.opened", subject=str(first.pk), by=None, at=at, node=unit.node_id)
    write_site(home, Site(opening.site, opening.zone))
    return first


@transaction.atomic
def name_site(*, name: str, zone: str, unit: Unit, home: Path, by: Staff, at: dt.datetime) -> None:
    """Call the installation and the top of its tree by another name. An empty `zone` leaves the zone as it is: once
    phones count their days by it, it is not changed here. Raises NotAllowed, and what places refuse."""
    access.require(by, Permission.MANAGE_STAFF, unit.node_id)
    if name != unit.name:
        places.change_unit(unit, by=by, at=at, name=name)
    audit.record("setup.site_named", subject=None, by=by.pk, at=at, node=unit.node_id)
    write_site(home, Site(name, zone or read_site(home).zone))


@transaction.atomic
def add_first_gate(
    *, inside: Unit, kind: UnitKind | None, name: str, entrance: str, by: Staff, at: dt.datetime
) -> Entrance | None:
    """A unit of that kind inside another with its entrance; without a kind the entrance is of `inside` itself, without
    an entrance there is none yet. All of it or nothing. Raises NotAllowed, PlaceRefused."""
    unit = inside if kind is None else places.add_unit(kind=kind, parent=inside, by=by, at=at, name=name)
    if not entrance:
        return None
    wanted = rules.first_entrance(UnitKind(unit.kind))
    return places.add_entrance(unit=unit, name=entrance, kind=wanted, by=by, at=at)
