"""Who is to be folded again although he passed no gate: he moved house, two keys became one, the land changed.

Whoever causes it leaves a note in the same transaction, and the next turn of the fold takes the notes up.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper

from kakou.ledger.models import FoldedLand
from kakou.ledger.queries.ground import Land
from kakou.people import queries as people

_AT_ONCE = 10_000
_WHO_PASSED = """insert into ledger_tofold (subject)
  select distinct subject from ledger_passage where node_id in (select unnest(%s::int[]))"""
_TAKE = """delete from ledger_tofold where id in (select id from ledger_tofold order by id limit %s)
  returning subject"""


def fold_again(keys: Collection[UUID]) -> None:
    """Have the subjects that `keys` belong to folded in the next turn, if this transaction commits."""
    asked = list(keys)
    with connection.cursor() as cursor:
        for start in range(0, len(asked), _AT_ONCE):
            cursor.execute(
                "insert into ledger_tofold (subject) select unnest(%s::uuid[])", [asked[start : start + _AT_ONCE]]
            )


def taken(cursor: CursorWrapper, most: int) -> tuple[int, set[bytes]]:
    """Take up to `most` notes; how many there were, and the keys to fold. In the transaction that folds them.

    A phone belongs to who alone has it, so with its key go all who have it: one of them may have lost it by that.
    """
    cursor.execute(_TAKE, [most])
    notes = [subject for (subject,) in cursor.fetchall()]
    keys = {*notes, *(people.sharing_a_phone(notes) if notes else ())}
    return len(notes), {key.bytes for key in keys}


def follow(land: Land, fingerprint: str) -> None:
    """The stays that stand were made on another land: note whose may be others on this one, and remember it."""
    before = FoldedLand.objects.filter(pk=FoldedLand.ONE).first()
    gates, homes = land.gate_signs(), land.home_signs()
    moved = _differing(before.homes if before else {}, homes)
    fold_again(people.at_home(moved))
    with connection.cursor() as cursor:
        cursor.execute(_WHO_PASSED, [_differing(before.gates if before else {}, gates)])
    FoldedLand.objects.update_or_create(
        pk=FoldedLand.ONE, defaults={"fingerprint": fingerprint, "gates": gates, "homes": homes}
    )


def _differing(old: Mapping[str, str], new: Mapping[str, str]) -> list[int]:
    return [int(node) for node in sorted(old.keys() | new.keys()) if old.get(node) != new.get(node)]
