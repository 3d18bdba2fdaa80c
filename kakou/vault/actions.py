"""What changes the key store and is told to the audit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from kakou import vault
from kakou.audit import actions as audit
from kakou.kernel.errors import Refusal
from kakou.vault.keys import due_of, name_of


class KeyNotDue(Refusal):
    """Somebody would destroy data before its day."""

    code = "key-not-due"


@transaction.atomic
def destroy_keys(ids: Collection[int], *, by: int | None, at: dt.datetime, today: dt.date, early: bool = False) -> None:
    """Destroy data keys for good, and with them everything they sealed, in every backup too.

    The audit comes first and the files go once it is committed: a crash in between leaves keys of which the audit says
    that they are destroyed, and `queries.troubles` names them. `today` is the site's day; a key due later raises
    KeyNotDue unless `early`. Raises KeyUnknown for a key that the store never had.
    """
    known = {key.id for key in vault.store().data_keys()}
    for id in ids:
        if id not in known:
            vault.store().key(id)  # raises what is the matter with it
        if due_of(id) > today and not early:
            raise KeyNotDue(
                "The key %(key)s is due on %(due)s only. Say --early if what it sealed must go before its day.",
                key=name_of(id),
                due=due_of(id).isoformat(),
            )
    for id in ids:
        audit.record("key.destroyed", subject=name_of(id), by=by, at=at, early=due_of(id) > today)

    def wipe() -> None:
        for id in ids:
            vault.store().destroy(id, at=at)

    transaction.on_commit(wipe)
