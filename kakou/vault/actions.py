"""What changes the key store and is told to the audit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence

from django.db import transaction

from kakou import vault
from kakou.audit import actions as audit
from kakou.audit.queries import subjects_of
from kakou.audit.rules import Fact
from kakou.kernel.errors import Refusal
from kakou.vault import rotation
from kakou.vault.events import SEAT
from kakou.vault.keys import KeyTrouble, due_of, name_of
from kakou.vault.queries import survivors


class KeyNotDue(Refusal):
    """Somebody would destroy data before its day."""

    code = "key-not-due"


@transaction.atomic
def destroy_keys(
    ids: Collection[int], *, by: int | None, at: dt.datetime, today: dt.date, early: bool = False, console: str = ""
) -> None:
    """Destroy data keys for good, and with them everything they sealed, in every backup too.

    The audit comes first and the files go once it is committed: a crash in between leaves keys of which the audit says
    that they are destroyed; `queries.survivors` finds them and `destroy_again` destroys them. `today` is the site's
    day; a key due later raises KeyNotDue unless `early`. `console`: the user of the machine who did it there, where no
    account did. Raises KeyUnknown for a key that the store never had.
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
        _tell("key.destroyed", subject=name_of(id), by=by, at=at, console=console, early=due_of(id) > today)

    transaction.on_commit(lambda: raise_first(wipe(ids, at=at)[1]))


def destroy_again(*, at: dt.datetime) -> list[str]:
    """Destroy what was destroyed and lives all the same; names of the keys that are gone now. The files go before the
    audit is told: it says so of none that stays. Raises what kept the first of those from going.
    """
    gone, wrong = wipe([key.id for key in survivors()], at=at)
    with transaction.atomic():
        for id in gone:
            _tell("key.destroyed_again", subject=name_of(id), by=None, at=at)
    raise_first(wrong)
    return [name_of(id) for id in gone]


def wipe(ids: Collection[int], *, at: dt.datetime) -> tuple[list[int], list[Exception]]:
    """Destroy the files of all that can be; which, and what was wrong with the others."""
    gone: list[int] = []
    wrong: list[Exception] = []
    for id in ids:
        try:
            vault.store().destroy(id, at=at)
            gone.append(id)
        except (OSError, KeyTrouble) as refused:
            wrong.append(refused)
    return gone, wrong


def raise_first(wrong: Sequence[Exception]) -> None:
    """Whatever failed is told once everything was tried."""
    if wrong:
        raise wrong[0]


@transaction.atomic
def tell_destroyed(*, at: dt.datetime) -> list[str]:
    """Tell the audit of every destruction that the key store knows and the audit does not: after an older database was
    put back. Names of the keys.
    """
    known = subjects_of("key.destroyed")
    names = [key.name for key in vault.store().data_keys() if key.destroyed and key.name not in known]
    for name in names:
        _tell("key.destroyed", subject=name, by=None, at=at, early=False)
    return names


@transaction.atomic
def renew_master(*, by: int | None, at: dt.datetime, console: str = "") -> int:
    """Wrap every key under a new master key, while Kakou runs; how many were wrapped. Broken off, it is done again.

    Raises KeyUnreadable, and nothing was changed.
    """
    wrapped = vault.store().renew_master()
    _tell("key.master_renewed", by=by, at=at, console=console, count=wrapped)
    return wrapped


def rotate_data_keys(
    *,
    by: int | None,
    at: dt.datetime,
    console: str = "",
    progress: Callable[[str, int], None] = lambda _table, _count: None,
) -> tuple[list[str], int]:
    """Begin a new key for every day and seal every row again under it, while Kakou runs; (names of the keys that were
    left, how many fields were moved). Broken off, it goes on where it was.

    The keys that were left open what backups hold of before: destroy them when those are gone.
    """
    store = vault.store()
    left = rotation.leave_keys(store)
    moved = rotation.move_rows(store, left, progress=progress)
    names = [name_of(id) for id in sorted(left)]
    with transaction.atomic():
        _tell("key.rotated", by=by, at=at, console=console, keys=len(names), fields=moved)
    rotation.end(store)
    return names, moved


def _tell(
    act: str, *, subject: str | None = None, by: int | None, at: dt.datetime, console: str = "", **facts: Fact
) -> None:
    """The audit, at the place that stands for the whole site, and who sat at the console where no account did it."""
    told = {"console": console} if console else {}
    audit.record(act, subject=subject, by=by, at=at, node=SEAT[-1](), **facts, **told)
