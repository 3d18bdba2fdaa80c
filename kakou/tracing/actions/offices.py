"""Our own keys for hand-overs, and those of other offices: trusted after a person compared the fingerprint."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.db import transaction
from joserfc.jwk import ECKey, OKPKey

from kakou import vault
from kakou.access.models import Staff
from kakou.access.queries import seat_of
from kakou.access.rules import Permission
from kakou.access.scope import nodes_of
from kakou.audit import actions as audit
from kakou.kernel.errors import NotAllowed, Refusal
from kakou.places import queries as places
from kakou.tracing import handing
from kakou.tracing.handing import Card
from kakou.tracing.handing.cards import public_jwk
from kakou.tracing.models import Office


class OurOwn(Refusal):
    """A key of this installation: within it, people go by scope and not by file."""

    code = "handover-made-here"


class OfficeUnknown(Refusal):
    """Rightly signed, by a key that nobody here has confirmed. `told`: what it calls itself."""

    code = "office-unknown"

    def __init__(self, print_: str, told: str) -> None:
        super().__init__(
            "Nobody here has confirmed this sender yet. Read the fingerprint to him by telephone: %(fingerprint)s",
            fingerprint=handing.grouped(print_),
        )
        self.print_, self.told = print_, told


class Ours(NamedTuple):
    """The private keys of this installation: with which it signs, with which it opens what is sealed to it."""

    signs: OKPKey
    opens: ECKey


def our_keys() -> Ours:
    """From the key store."""
    store = vault.store()
    return Ours(OKPKey.import_key(store.signing_key()), ECKey.import_key(store.handover_key()))


def our_name(node: int) -> str:
    """What this installation calls itself to others: the topmost unit over `node` that the reader sees."""
    path = places.path_of(node)
    return path[0].name if path else "Kakou"


@transaction.atomic
def give_card(*, by: Staff, at: dt.datetime) -> bytes:
    """The card of this installation, to be given to other offices; nothing in it is secret. Raises NotAllowed."""
    seat = _require(by)
    keys = our_keys()
    audit.record("office.card_given", subject=None, by=by.pk, at=at, node=seat)
    return handing.write_card(our_name(seat), keys.signs, keys.opens).encode()


@transaction.atomic
def trust_card(card: Card, *, by: Staff, at: dt.datetime) -> Office:
    """Somebody compared the fingerprint of this card by telephone: its key is trusted from now on, and files for it
    are sealed. Of an office that is known the name and the key are brought up to date. Raises NotAllowed, OurOwn."""
    return trust_key(card.signs, name=card.name, opens=public_jwk(card.opens), by=by, at=at)


@transaction.atomic
def trust_key(signs: OKPKey, *, name: str, opens: dict[str, str] | None = None, by: Staff, at: dt.datetime) -> Office:
    """The same for a key that came with a file. Raises NotAllowed, OurOwn."""
    seat, print_ = _require(by), handing.fingerprint(signs)
    if print_ == handing.fingerprint(our_keys().signs):
        raise OurOwn(
            "This was made here. Within one Kakou people go to whoever answers for their place, without a file."
        )
    fields: dict[str, object] = {"name": name.strip()[:80], "confirmed_by": by, "confirmed_at": at, "ended_at": None}
    if opens is not None:
        fields["open_key"] = opens
    office, _ = Office.objects.update_or_create(
        fingerprint=print_, defaults=fields,
        create_defaults={**fields, "sign_key": str(signs.as_dict(private=False)["x"])},
    )  # fmt: skip
    audit.record("office.trusted", subject=office.pk, by=by.pk, at=at, node=seat, fingerprint=print_)
    return office


@transaction.atomic
def end_trust(office: Office, *, by: Staff, at: dt.datetime) -> None:
    """Its key was lost or stolen: nothing signed with it is taken any more. Doing it twice changes nothing."""
    seat = _require(by)
    if Office.objects.filter(pk=office.pk, ended_at=None).update(ended_at=at):
        audit.record("office.trust_ended", subject=office.pk, by=by.pk, at=at, node=seat)


def known_office(signs: OKPKey, *, told: str) -> Office:
    """The office of this key. Raises OfficeUnknown for one that nobody has confirmed, or not any more."""
    print_ = handing.fingerprint(signs)
    office = Office.objects.filter(fingerprint=print_, ended_at=None).first()
    if office is None:
        raise OfficeUnknown(print_, told)
    return office


def _require(by: Staff) -> int:
    """Whoever traces somewhere decides whose signature is taken. Gives the node where that is told."""
    nodes = nodes_of(by)[Permission.TRACE]
    if not nodes:
        raise NotAllowed("Your role does not let you decide about other offices.")
    return seat_of(by) or min(nodes)
