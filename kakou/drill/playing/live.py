"""The story goes on: what happened since the last look is sent, once a minute, by the phones that told what was before.

Nothing is written down before all of it was answered; a step that broke in the middle is sent again in the same bytes
and the intake answers with what it has.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from kakou.drill import queries
from kakou.drill.days import Live
from kakou.drill.models import Phone, Run, Settlement
from kakou.drill.phones import Fleet
from kakou.drill.playing.run import Clock, save_heads, token_of
from kakou.drill.rules import State
from kakou.kernel.time import to_ms

LONGEST_GAP = dt.timedelta(days=7)  # a system that stood still for longer has a hole in its story
_LOCK = 7_215_309_421  # nobody else's number: two processes never tell the same step at once

# the story of each run as this process last left it: planning a day of everybody again each minute would be a waste
_told: dict[int, tuple[dt.datetime, Live]] = {}


def go_on(*, url: str, clock: Clock, stop: threading.Event) -> int:
    """Send what happened since the last time; how many passages. 0 when the drill was told to stand still, has not
    been played yet, or another process is at it. Raises ServerAway, IntakeRefused."""
    settlement = queries.settlement()
    if settlement is None or not settlement.goes_on:
        return 0
    with _alone() as mine:
        if not mine:
            return 0
        return sum(_step(run, settlement, url, clock, stop) for run in queries.runs() if run.state == State.DONE)


def _step(run: Run, settlement: Settlement, url: str, clock: Clock, stop: threading.Event) -> int:
    until = clock()
    live = _taken_up(run, settlement, until)
    uploads = live.upto(to_ms(until))
    counts = Counter(run.counts)
    answered = 0
    if uploads:
        tokens = {phone.gate: token_of(phone) for phone in Phone.objects.filter(run=run)}
        for ack in Fleet(url, tokens, now_ms=lambda: to_ms(clock()), stop=stop).send(uploads):
            counts.update(ack.results)
            answered += 1
    if answered < len(uploads):
        return 0
    run.until, run.counts = until, dict(counts)
    with transaction.atomic():
        save_heads(run, live.heads())
        run.save(update_fields=["until", "counts"])
    _told[run.pk] = (until, live)
    return sum(len(upload.items) for upload in uploads)


def _taken_up(run: Run, settlement: Settlement, until: dt.datetime) -> Live:
    known = _told.pop(run.pk, None)  # taken out: after a step that broke it has gone further than was written down
    if known and known[0] == run.until and until - run.until <= LONGEST_GAP:
        return known[1]
    heads = {phone.gate: (phone.acked, phone.head) for phone in Phone.objects.filter(run=run)}
    since = max(run.until, until - LONGEST_GAP)
    recorders = settlement.recorders
    return Live(
        queries.story_of(run, settlement.seed),
        since_ms=to_ms(since),
        heads=heads,
        recorder_of=lambda gate: recorders[gate] or None,
    )


@contextmanager
def _alone() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [_LOCK])
        (mine,) = cursor.fetchone()
        try:
            yield mine
        finally:
            if mine:
                cursor.execute("select pg_advisory_unlock(%s)", [_LOCK])
