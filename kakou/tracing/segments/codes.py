"""The numbers by which segments name persons and vehicles, and the keys under which passages do."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import connection, transaction

from kakou.kernel.arrays import array
from kakou.people import queries as people

_GIVE = """insert into tracing_personcode (subject) select unnest(%s::uuid[]) on conflict do nothing"""
_CODES = """select subject, code from tracing_personcode where subject in (select unnest(%s::uuid[]))"""
_SUBJECTS = """select code, subject from tracing_personcode where code in (select unnest(%s::bigint[]))"""
_KEYS = """insert into tracing_personkey (key, person) select * from unnest(%s::uuid[], %s::bigint[])
  on conflict (key) do update set person = excluded.person"""


def codes_of(subjects: Iterable[UUID]) -> dict[UUID, int]:
    """Of those who are in any segment, or were."""
    with connection.cursor() as cursor:
        cursor.execute(_CODES, [array(subjects)])
        return dict(cursor.fetchall())


def subjects_of(codes: Iterable[int]) -> dict[int, UUID]:
    """The other way round."""
    with connection.cursor() as cursor:
        cursor.execute(_SUBJECTS, [array(codes)])
        return dict(cursor.fetchall())


@transaction.atomic
def give(subjects: Collection[UUID]) -> dict[UUID, int]:
    """Codes of subjects, new ones where there are none. In a transaction of its own: what a file names must stay known
    whatever becomes of the transaction in which it was read."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVE, [array(subjects)])
    return codes_of(subjects)


@transaction.atomic
def give_keys(keys: Collection[UUID]) -> dict[UUID, int]:
    """Codes of the subjects that these keys of passages belong to, noted for the next time.

    While it looks no fold may find that a key has become another's (`Marks.folded_again`): the fold would not see the
    note that is being written, and the note would not see what the fold was told. Within the scope of all nodes.
    """
    with connection.cursor() as cursor:
        cursor.execute("lock table tracing_personkey in share row exclusive mode")
        whose = people.canonical(keys)
        codes = give({whose.get(key, key) for key in keys})
        found = {key: codes[whose.get(key, key)] for key in keys}
        cursor.execute(_KEYS, [list(found), list(found.values())])
    return found
