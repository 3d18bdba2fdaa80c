"""One process plays one run, from where its phones are to the end of the story, or until it is asked to stop."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from django.db import transaction

from kakou.drill import queries
from kakou.drill.days import Upload, uploads
from kakou.drill.days.chain import head_of
from kakou.drill.models import Phone, Run
from kakou.drill.phones import Ack, Fleet
from kakou.drill.rules import DrillRefused, State, may_start
from kakou.drill.settling.people import register_people
from kakou.drill.settling.phones import TABLE, enrol_phones, sealed
from kakou.drill.world import World
from kakou.kernel.errors import Refusal
from kakou.kernel.time import to_ms
from kakou.ledger.actions.days import make_days
from kakou.vault import store
from kakou.vault.sealing import unseal

Clock = Callable[[], dt.datetime]
_SAVE_EVERY = dt.timedelta(milliseconds=500)
_WHOLE = 1000
_SPARE = dt.timedelta(days=1)


class Progress(NamedTuple):
    """How far a run is: thousandths of the story's time, and items by the intake's answer."""

    permille: int
    counts: Mapping[str, int]


def play(
    run_id: int, *, url: str, clock: Clock, stop: threading.Event, tell: Callable[[Progress], None] | None = None
) -> Run:
    """Play a run to its end and return it. Broken off (by `stop`, its cancel button, a server that went away) it keeps
    its place; played again it goes on there. Raises DrillRefused when it is done or another process is at it,
    ServerAway, IntakeRefused.
    """
    run = _take_up(run_id, clock())
    try:
        _make_ready(run, clock, stop)
        if not stop.is_set():
            _Player(run, clock, stop, tell).play(url)
    except BaseException as broken:
        trouble = broken.code if isinstance(broken, Refusal) else type(broken).__name__
        _leave(run, State.FAILED if isinstance(broken, Exception) else State.CANCELLED, clock(), trouble)
        raise
    _leave(run, State.CANCELLED if stop.is_set() else State.DONE, clock())
    return run


@transaction.atomic
def _take_up(run_id: int, at: dt.datetime) -> Run:
    run = Run.objects.select_for_update().get(pk=run_id)
    if not may_start(State(run.state), run.beat_at, at):
        raise DrillRefused("This run is done, or another process is playing it.")
    run.state, run.asked_to_stop, run.trouble = State.RUNNING, False, ""
    run.started_at, run.beat_at, run.ended_at = run.started_at or at, at, None
    run.save(update_fields=["state", "asked_to_stop", "trouble", "started_at", "beat_at", "ended_at"])
    return run


def _leave(run: Run, state: State, at: dt.datetime, trouble: str = "") -> None:
    run.state, run.ended_at, run.trouble = state, at, trouble
    run.save(update_fields=["state", "ended_at", "trouble"])


def _make_ready(run: Run, clock: Clock, stop: threading.Event) -> None:
    """Phones at the gates and people in the register, as far as they are missing."""
    settlement = queries.settled()
    world = World(settlement.seed)
    make_days(run.start - _SPARE, run.until.date() + _SPARE)  # a clock may be hours off, and days are UTC
    for _ in register_people(world=world, upto=run.people[1], at=clock(), stop=stop):
        run.beat_at = clock()
        run.save(update_fields=["beat_at"])
        _heed(run, stop)
    if not stop.is_set():  # last: a phone that is enrolled and not heard makes its gate look silent
        enrol_phones(run, settlement=settlement, world=world, at=clock())


def _heed(run: Run, stop: threading.Event) -> None:
    """Somebody may have pressed cancel, in another process."""
    if Run.objects.filter(pk=run.pk, asked_to_stop=True).exists():
        stop.set()


class _Player:
    """What is kept in memory while a run is played."""

    def __init__(self, run: Run, clock: Clock, stop: threading.Event, tell: Callable[[Progress], None] | None) -> None:
        self._run, self._clock, self._stop, self._tell = run, clock, stop, tell
        settlement = queries.settled()
        self._recorders = settlement.recorders
        self._story = queries.story_of(run, settlement.seed)
        self._begin_ms = self._story.day(run.days[0]).start_ms
        phones = [*Phone.objects.filter(run=run)]
        self._heads = {phone.gate: (phone.acked, phone.head) for phone in phones}
        self._tokens = {phone.gate: token_of(phone) for phone in phones}
        self._moved: dict[int, bytes] = {}
        self._counts = Counter(run.counts)
        self._at_ms = self._begin_ms

    def play(self, url: str) -> None:
        """Send what is left; write down how far it came at least every half second."""
        fleet = Fleet(url, self._tokens, now_ms=lambda: to_ms(self._clock()), stop=self._stop)
        saved = self._clock()
        try:
            for ack in fleet.send(self._left()):
                self._note(ack)
                if self._clock() - saved >= _SAVE_EVERY:
                    self._save()
                    saved = self._clock()
        finally:
            self._save(whole=not self._stop.is_set())

    def _left(self) -> Iterator[Upload]:
        """The run's uploads without those that were answered before."""
        done = {gate: seq for gate, (seq, _) in self._heads.items()}
        told = uploads(
            self._story,
            recorder_of=lambda gate: self._recorders[gate] or None,
            window_ms=self._run.window_ms,
            batch=self._run.batch,
        )
        return (upload for upload in told if upload.last > done[upload.gate])

    def _note(self, ack: Ack) -> None:
        upload = ack.upload
        self._at_ms = max(self._at_ms, upload.at_ms)
        self._counts.update(ack.results)
        if upload.last > self._heads[upload.gate][0]:
            self._heads[upload.gate] = (upload.last, head_of(upload.items[-1]))
            self._moved[upload.gate] = upload.items[-1]

    def _save(self, *, whole: bool = False) -> None:
        """Write the phones' places and the run's; see whether somebody asked to stop."""
        run = self._run
        span = max(1, to_ms(run.until) - self._begin_ms)
        now_at = _WHOLE if whole else (self._at_ms - self._begin_ms) * _WHOLE // span
        run.permille = max(run.permille, min(_WHOLE, now_at))
        run.counts, run.beat_at = dict(self._counts), self._clock()
        with transaction.atomic():
            save_heads(run, {gate: self._heads[gate] for gate in self._moved}, self._moved)
            self._moved.clear()
            run.save(update_fields=["permille", "counts", "beat_at"])
            _heed(run, self._stop)
        if self._tell:
            self._tell(Progress(run.permille, run.counts))


def save_heads(run: Run, heads: Mapping[int, tuple[int, str]], last: Mapping[int, bytes]) -> None:
    """Write down how far phones of `run` came, by entrance number: `heads`, the sequence number and hash of their last
    item; `last`, that item."""
    moved = [*Phone.objects.filter(run=run, gate__in=[*last])]
    for phone in moved:
        phone.acked, phone.head = heads[phone.gate]
        phone.last = sealed(phone, "last", last[phone.gate], run.until)
    Phone.objects.bulk_update(moved, ["acked", "head", "last"])


def token_of(phone: Phone) -> str:
    """The device token that only this phone knows."""
    return unseal(store(), table=TABLE, row=phone.pk, field="token", sealed=bytes(phone.token)).decode()


def last_of(phone: Phone) -> bytes | None:
    """The item that this phone sent last."""
    if phone.last is None:
        return None
    return unseal(store(), table=TABLE, row=phone.pk, field="last", sealed=bytes(phone.last))
