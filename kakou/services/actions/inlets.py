"""Ways in are set up, changed and switched off; what a robot or a mailbox is known by goes into the vault and stays
there."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from kakou import vault
from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.kernel.errors import NotFound
from kakou.kernel.ids import new_id
from kakou.notices.actions.channels import FOR_GOOD
from kakou.notices.rules import one_line
from kakou.services.models import INLETS, Inlet
from kakou.services.queries.inlets import known_of
from kakou.services.rules import InletKind, InletRefused, checked_known
from kakou.vault.sealing import seal

LONGEST_NAME = 64


@transaction.atomic
def add_inlet(*, node: int, kind: InletKind, name: str, known: Mapping[str, str], by: Staff, at: dt.datetime) -> Inlet:
    """A way in for messages to `node`. Raises InletRefused saying what is wrong with it, NotAllowed."""
    access.require(by, Permission.MANAGE_NOTICES, node)
    row = new_id()
    made = Inlet.objects.create(
        node_id=node, kind=kind, name=_name(name), row=row, made_at=at, made_by=by,
        known_sealed=_sealed(row, checked_known(kind, known)),
    )  # fmt: skip
    _record("inlet.added", made, by, at, kind=kind.value)
    return made


@transaction.atomic
def change_inlet(inlet: Inlet, *, name: str, known: Mapping[str, str], by: Staff, at: dt.datetime) -> None:
    """What is empty in `known` stays as it was, but for the password of another server: what is sealed for one is told
    to no other. Raises as `add_inlet`."""
    now = _locked(inlet, by)
    before = known_of(now)
    typed = {part: text for part, text in known.items() if text.strip()}
    if typed.get("host", before.get("host")) != before.get("host") and "password" not in typed:
        raise InletRefused("Another server: type the password too. The one kept is for the former.")
    kept = checked_known(InletKind(now.kind), {**before, **typed})
    Inlet.objects.filter(pk=now.pk).update(name=_name(name), known_sealed=_sealed(now.row, kept), trouble="", stuck={})
    _record("inlet.changed", now, by, at, rekeyed=kept != before)


@transaction.atomic
def switch_inlet(inlet: Inlet, *, on: bool, by: Staff, at: dt.datetime) -> None:
    """Off: nothing comes in by it. On: what was put aside is tried again. Doing it twice changes nothing."""
    now = _locked(inlet, by)
    if now.enabled is not on:
        Inlet.objects.filter(pk=now.pk).update(enabled=on, stuck={})
        _record("inlet.switched_on" if on else "inlet.switched_off", now, by, at)


def _locked(inlet: Inlet, by: Staff) -> Inlet:
    now = Inlet.objects.select_for_update().filter(pk=inlet.pk).first()
    if now is None:
        raise NotFound("There is no such way in, or it is not at one of your places.")
    access.require(by, Permission.MANAGE_NOTICES, now.node_id)
    return now


def _name(text: str) -> str:
    name = one_line(text)
    if not name or len(name) > LONGEST_NAME:
        raise InletRefused("Give it a name of at most %(most)d characters.", most=LONGEST_NAME)
    return name


def _sealed(row: UUID, known: Mapping[str, str]) -> bytes:
    plain = json.dumps(known, ensure_ascii=False, sort_keys=True).encode()
    return seal(vault.store(), due=FOR_GOOD, table=INLETS, row=row, field="known", plain=plain)


def _record(act: str, inlet: Inlet, by: Staff, at: dt.datetime, **facts: str | bool) -> None:
    audit.record(act, subject=str(inlet.pk), by=by.pk, at=at, node=inlet.node_id, **facts)
