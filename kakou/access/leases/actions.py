"""Who lengthens a lease: the lead of a gate by a code, and every contact of a phone by itself."""

from __future__ import annotations

import datetime as dt
import secrets

from django.db import transaction

from kakou.access.actions import require
from kakou.access.leases.text import Renewal, renewal_text
from kakou.access.models import Device, Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.kernel.errors import NotFound, Refusal
from kakou.vault.keys import bundles

SPANS = (2, 8, 24)  # hours in which a code may be scanned
AT_CONTACT = dt.timedelta(minutes=10)
_ID = 8


class PhoneRevoked(Refusal):
    """A revoked phone has no lease to lengthen."""

    code = "phone-revoked"
    status = 409


@transaction.atomic
def show_renewal(*, gate: int, device: Device | None, span: int, by: Staff, at: dt.datetime) -> tuple[Renewal, str]:
    """A text for every phone of the gate, or for `device` alone, that may be scanned for `span` hours (one of SPANS)
    and lengthens the lease of each phone that scans it by 24 hours, once. Raises NotAllowed, NotFound, PhoneRevoked.
    """
    require(by, Permission.ENROL_DEVICES, gate)
    if span not in SPANS:
        raise ValueError(f"no code lasts {span} hours")
    if device is not None and device.node_id != gate:
        raise NotFound("There is no such phone, or it is not at one of your gates.")
    if device is not None and device.revoked_at is not None:
        raise PhoneRevoked("This phone was revoked: it may know no names any more. Enrol it again first.")
    renewal = _renewal(gate, device.pk if device else 0, at, dt.timedelta(hours=span))
    audit.record(
        "lease.code_shown", subject=renewal.id.hex(), by=by.pk, at=at, node=gate, device=renewal.device, hours=span
    )
    return renewal, renewal_text(renewal, bundles.sign)


def renewal_at_contact(*, gate: int, device: int, at: dt.datetime) -> str:
    """The same for a phone that has just shown its token. Not told to the audit, which would hear of nothing else."""
    return renewal_text(_renewal(gate, device, at, AT_CONTACT), bundles.sign)


def _renewal(gate: int, device: int, at: dt.datetime, span: dt.timedelta) -> Renewal:
    start = int(at.timestamp())
    return Renewal(secrets.token_bytes(_ID), gate, device, start, start + int(span.total_seconds()))
