"""The story goes on: what happened since the last look is sent, once a minute, by the phones that told what was before.

Nothing is written down before all of it was answered; a step that broke in the middle is sent again in the same bytes
and the intake answers with what it has.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Mapping

from django.db import transaction

from kakou.drill import queries
from kakou.drill.days import Live
from kakou.drill.models import Phone, Run, Settlement
from kakou.drill.phones import Fleet
from kakou.drill.playing.run import Clock, last_of, save_heads, token_of
from kakou.drill.rules import State
from kakou.kernel.time import to_ms
from kakou.web.turns import turn

LONGEST_GAP = dt.timedelta(days=7)  # a system that stood still for longer has a hole in its story
_TURNS = 5  # minutes within which every phone is heard

# the story of each run as this process last left it: planning a day of everybody again each minute would be a waste
_told: dict[int, tuple[dt.datetime, Live]] = {}


def go_on(*, url: str, clock: Clock, stop: threading.Event) -> int:
    """Send what happened since the last time; how many passages. 0 when the drill was told to stand still, has not
    been played yet, or another process is at it. Raises ServerAway, IntakeRefused."""
    settlement = queries.settlement()
    if settlement is None or not settlement.goes_on:
        return 0
    with turn("drill's story") as mine:
        if not mine:
            return 0
        return sum(_step(run, settlement, url, clock, stop) for run in queries.runs() if run.state == State.DONE)


def _step(run: Run, settlement: Settlement, url: str, clock: Clock, stop: threading.Event) -> int:
    until = clock()
    live = _taken_up(run, settlement, until)
    phones = {phone.gate: phone for phone in Phone.objects.filter(run=run)}
    uploads = live.upto(to_ms(until))
    said = {upload.gate: upload.items[-1] for upload in uploads}
    counts = Counter(run.counts)
    answered = 0
    tokens = {gate: token_of(phone) for gate, phone in phones.items()}
    quiet = live.signs_of_life(_quiet(phones, said, until), to_ms(until))
    for ack in Fleet(url, tokens, now_ms=lambda: to_ms(clock()), stop=stop).send([*uploads, *quiet]):
        answered += 1
        counts.update({} if ack.upload.repeat else ack.results)
    if answered < len(uploads) + len(quiet):
        return 0
    run.until, run.counts = until, dict(counts)
    with transaction.atomic():
        save_heads(run, live.heads(), said)
        run.save(update_fields=["until", "counts"])
    _told[run.pk] = (until, live)
    return sum(len(upload.items) for upload in uploads)


def _quiet(phones: dict[int, Phone], said: Mapping[int, bytes], until: dt.datetime) -> dict[int, bytes]:
    """The last items of a part of the phones that have nothing to say, each phone's turn every few minutes."""
    turn = until.minute % _TURNS
    found = {gate: last_of(phone) for gate, phone in phones.items() if gate not in said and gate % _TURNS == turn}
    return {gate: body for gate, body in found.items() if body is not None}


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
