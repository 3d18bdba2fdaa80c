"""A robot hands a message over: known by its signature, heard once, kept as a proposal. It never opens a request."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext, override

from kakou import vault
from kakou.access.rules import Permission
from kakou.access.scope import acting_for
from kakou.services.actions.proposing import Said, propose
from kakou.services.models import Heard, Inlet
from kakou.services.queries.inlets import known_of
from kakou.services.rules import LONGEST, Channel, InletKind, is_chatter
from kakou.services.rules import robots as rules
from kakou.services.rules.robots import Call, RobotRefused, Secrets
from kakou.vault.sealing import Purpose, blind

SCOPE = (Permission.SEE_PEOPLE, Permission.CLOSE_ORDERS, Permission.MANAGE_NOTICES)


class HeardBefore(RobotRefused):
    """The same signature twice."""

    code = "heard-before"
    status = 409


def robot_at(row: UUID) -> Inlet | None:
    """The robot of an address; None alike for none, for a mailbox and for one that is switched off. Costs a stranger
    who knocks at any address no more than one look."""
    with connection.cursor() as cursor:
        cursor.execute("select services_robot_of(%s)", [row])
        (node,) = cursor.fetchone() or (None,)
    if node is None:
        return None
    with acting_for({Permission.MANAGE_NOTICES: frozenset({node})}):
        return Inlet.objects.filter(row=row, enabled=True).first()


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
            said = Said(heard.text, heard.id or heard.mark, _below(heard.text), heard.sender, said_at=heard.said_at)
            propose(said, node=inlet.node_id, channel=Channel.MESSAGE, inlet=inlet, at=at)


def _below(text: str) -> str:
    if len(text) <= LONGEST:
        return ""
    with override(settings.LANGUAGE_CODE):
        return gettext("(The message is too long: the rest of it is in the group.)")


def _once(inlet: Inlet, mark: str, at: dt.datetime) -> None:
    kept = blind(vault.store(), Purpose.MESSAGE, f"heard|{inlet.row}|{mark}")
    try:
        with transaction.atomic():
            Heard.objects.create(inlet=inlet, node_id=inlet.node_id, mark=kept, at=at)
    except IntegrityError:
        raise HeardBefore("This message was handed over before.") from None
