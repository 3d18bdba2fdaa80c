"""Where subjects stood just before a moment, by their last passage: there the alternating rule of an import begins."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import connection

from kakou.kernel.time import from_ms
from kakou.ledger.stays import Direction, Topology
from kakou.ledger.stays.alternation import position_after

_LAST = """select distinct on (p.subject) uuid_send(p.subject), p.node_id, p.direction from ledger_passage p
  join unnest(%s::uuid[], %s::timestamptz[]) as asked(subject, before)
    on p.subject = asked.subject and p.happened_at < asked.before
  where p.crossed order by p.subject, p.happened_at desc, p.id desc"""


def stood(before: Mapping[bytes, int], topology: Topology) -> dict[bytes, int]:
    """Subject (16 bytes) → the innermost enclosure he stood in before that moment (epoch ms), 0 for outside; who has no
    earlier passage in the present scope, or only at gates unknown to `topology`, is left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [[UUID(bytes=key) for key in before], [from_ms(ms) for ms in before.values()]])
        rows = cursor.fetchall()
    return {
        bytes(key): position_after(gate, Direction(way), topology) for key, gate, way in rows if gate in topology.gates
    }
