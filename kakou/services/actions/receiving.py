"""A robot hands a message over: known by its signature, heard once, kept as a proposal. It never opens a request."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import IntegrityError, transaction

from kakou import vault
from kakou.access.rules import Permission
from kakou.access.scope import acting_as_system, acting_for
from kakou.services.actions.proposing import Said, propose
from kakou.services.models import Heard, Inlet
from kakou.services.queries.inlets import known_of
from kakou.services.rules import Channel, InletKind, is_chatter
from kakou.services.rules import robots as rules
from kakou.services.rules.robots import Call, RobotRefused, Secrets
from kakou.vault.sealing import Purpose, blind

SCOPE = (Permission.CLOSE_ORDERS, Permission.MANAGE_NOTICES)


class HeardBefore(RobotRefused):
    """The same signature twice."""

    code = "heard-before"
    status = 409


def robot_at(row: UUID) -> Inlet:
    """The robot of an address. Raises RobotRefused, alike for none, for a mailbox and for one that is switched off."""
    with acting_as_system():
        found = Inlet.objects.filter(row=row, enabled=True).exclude(kind=InletKind.MAILBOX).first()
    if found is None:
        raise RobotRefused("This is no message of the robot that is set up here.")
    return found


def hear(inlet: Inlet, call: Call, *, at: dt.datetime) -> rules.Heard:
    """What it says, if it is this robot. Keeps nothing. Raises RobotRefused."""
    return rules.hear(InletKind(inlet.kind), call, Secrets(**known_of(inlet)), at=at)


def keep(inlet: Inlet, heard: rules.Heard, *, at: dt.datetime) -> None:
    """Keep what was heard as a proposal; thanks and what the app tells are passed over. Raises HeardBefore."""
    with acting_for(dict.fromkeys(SCOPE, frozenset({inlet.node_id}))):
        if heard.mark:
            _once(inlet, heard.mark, at)
        Inlet.objects.filter(pk=inlet.pk).update(heard_at=at)
        if heard.text and not is_chatter(heard.text):
            said = Said(heard.text, heard.id or heard.mark, heard.sender, said_at=heard.said_at)
            propose(said, node=inlet.node_id, channel=Channel.MESSAGE, inlet=inlet, at=at)


def _once(inlet: Inlet, mark: str, at: dt.datetime) -> None:
    kept = blind(vault.store(), Purpose.MESSAGE, f"heard|{inlet.row}|{mark}")
    try:
        with transaction.atomic():
            Heard.objects.create(inlet=inlet, node_id=inlet.node_id, mark=kept, at=at)
    except IntegrityError:
        raise HeardBefore("This message was handed over before.") from None
