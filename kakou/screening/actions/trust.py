"""Trust lists are brought in, dated, and withdrawn; nobody changes one."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence

from django.db import transaction

from kakou.access.models import Node, Staff
from kakou.access.scope import acting_as_system
from kakou.audit import actions as audit
from kakou.kernel.errors import Refusal
from kakou.screening.actions.permits import id_of, require_rules_for_all
from kakou.screening.credentials import TrustStore
from kakou.screening.credentials.trust.packed import unpacked
from kakou.screening.models import TrustList
from kakou.screening.queries.trust import behind_their_issuers, ending
from kakou.workorders.actions import Matter, close_causes, open_many
from kakou.workorders.queries import open_causes
from kakou.workorders.rules import Kind, within

TRUST_LIST_OLD = Kind("trust_list_old", "A trust list must be renewed", within(days=1), recurs=True, by_hand=False)
# a card that was withdrawn yesterday is believed at every gate until then
WITHDRAWN_LIST_BEHIND = Kind(
    "withdrawn_list_behind", "An issuer has a newer list of withdrawn cards", within(days=1), recurs=True, by_hand=False
)
KINDS = (TRUST_LIST_OLD, WITHDRAWN_LIST_BEHIND)
RENEWED = "renewed"


class TrustRefused(Refusal):
    """The list says nothing that could be trusted, or not what it is."""

    code = "trust-refused"


@transaction.atomic
def import_trust_list(content: bytes, *, name: str, by: Staff | None, at: dt.datetime) -> TrustList:
    """Take a packed folder: all of it or nothing. Of the same name it replaces the one before; the same bytes again are
    the list that is there. `name` "": as the list calls itself.

    Raises NotAllowed, TrustUnreadable naming the file, TrustRefused.
    """
    node = require_rules_for_all(by)
    with unpacked(content) as folder:
        store = TrustStore.from_directory(folder)
    if not store.keys:
        raise TrustRefused("There is no key in this list, so nobody could be believed by it.")
    called = (name.strip() or store.name)[:60]
    if not called.isprintable() or called.startswith("kakou-trust-"):
        raise TrustRefused("Give the list a name.")
    digest = hashlib.sha256(content).digest()
    known = TrustList.objects.filter(name=called, withdrawn_at=None).order_by("-imported_at").first()
    if known is not None and bytes(known.digest) == digest:
        return known
    made = TrustList.objects.create(
        name=called, content=content, digest=digest, keys=len(store.keys), revoked=store.counts()["revoked"],
        dated=store.dated, valid_until=store.valid_until, imported_at=at, imported_by=by,
    )  # fmt: skip
    audit.record("trust.imported", subject=made.pk, by=id_of(by), at=at, node=node, keys=made.keys)
    return made


@transaction.atomic
def withdraw_trust_list(found: TrustList, *, by: Staff | None, at: dt.datetime) -> None:
    """Believe it no longer; the one before it of the same name counts again. Twice changes nothing."""
    node = require_rules_for_all(by)
    if TrustList.objects.filter(pk=found.pk, withdrawn_at=None).update(withdrawn_at=at, withdrawn_by=by):
        audit.record("trust.withdrawn", subject=found.pk, by=id_of(by), at=at, node=node)


def watch_trust_lists(*, at: dt.datetime) -> int:
    """Open an order for every list that ends within three days or has ended, and for every issuer of whose withdrawn
    cards a newer list is told of than is held; close those of what was renewed. How many were opened. Every hour.
    """
    with acting_as_system():
        roots = list(Node.objects.filter(parent=None).values_list("pk", flat=True))
        old = [Matter(f"{root}:{one.pk}", root, {"trust_list": str(one.pk)}) for root in roots for one in ending(at)]
        behind = [Matter(f"{root}:{key.id}", root) for root in roots for key in behind_their_issuers()]
        return _keep(TRUST_LIST_OLD, old, at) + _keep(WITHDRAWN_LIST_BEHIND, behind, at)


def _keep(kind: Kind, wanted: Sequence[Matter], at: dt.datetime) -> int:
    """These and no others are open; how many were opened."""
    opened = len(open_many(kind.name, wanted, at=at))
    healed = open_causes(kind.name)[kind.name] - {str(matter.cause) for matter in wanted}
    close_causes(kind.name, healed, at=at, healed=RENEWED)
    return opened
