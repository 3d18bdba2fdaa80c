"""The rest of the drill as a job: it can be cancelled on its page and goes on after a restart."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from collections.abc import Iterator

import structlog
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from kakou.drill import queries
from kakou.drill.models import Run
from kakou.drill.phones import ServerAway
from kakou.drill.playing import go_on, play
from kakou.drill.rules import SILENT_AFTER, DrillRefused, State
from kakou.kernel.time import now

log = structlog.get_logger("kakou.drill")
SHUTDOWN = "shutdown"
_LOOK_EVERY = dt.timedelta(minutes=1)


@app.task(name="drill.play", queue="drill", pass_context=True)
def play_run(context: JobContext, *, run_id: int, url: str) -> None:
    """Play one run. The worker going down is no fault of the run: it goes on at the next start."""
    run = Run.objects.get(pk=run_id)
    with _stopped_with(context) as stop:
        try:
            play(run.pk, url=url, clock=now, stop=stop)
        except DrillRefused:
            log.info("another process plays this run of the drill, or it is done", run=run_id)
        except ServerAway:
            log.warning("the drill found nobody at the intake and waits for the next start", run=run_id)
    if context.should_abort():
        Run.objects.filter(pk=run_id).exclude(state=State.DONE).update(trouble=SHUTDOWN)


def defer_what_is_left(*, url: str, at: dt.datetime) -> int:
    """Queue every run that is neither done nor was cancelled by somebody; how many were queued."""
    queued = 0
    for run in queries.unfinished():
        if run.state == State.CANCELLED and run.trouble != SHUTDOWN:
            continue
        # a run whose process was killed still looks like running: it is taken up once it has been silent long enough
        later = SILENT_AFTER if run.state == State.RUNNING else dt.timedelta(0)
        queued += _defer(run, url, at + later)
    return queued


@app.task(name="drill.go_on", queue="drill", pass_context=True)
def tell_on(context: JobContext, *, url: str) -> None:
    """What happened in the last minute; queues the next look itself, so that no other system has such a job."""
    settlement = queries.settlement()
    if settlement is None or not settlement.goes_on:
        return
    defer_next(url=url, at=now() + _LOOK_EVERY)
    with _stopped_with(context) as stop:
        try:
            go_on(url=url, clock=now, stop=stop)
        except ServerAway:
            log.warning("the drill found nobody at the intake and tries again in a minute")


def defer_next(*, url: str, at: dt.datetime) -> None:
    """Queue the next look, unless one is queued."""
    with contextlib.suppress(AlreadyEnqueued):
        tell_on.configure(queueing_lock="drill-go-on", schedule_at=at).defer(url=url)


def _defer(run: Run, url: str, at: dt.datetime) -> bool:
    job = play_run.configure(queueing_lock=f"drill-{run.pk}", schedule_at=at)
    try:
        job.defer(run_id=run.pk, url=url)
    except AlreadyEnqueued:
        return False
    return True


@contextlib.contextmanager
def _stopped_with(context: JobContext) -> Iterator[threading.Event]:
    """An event that is set soon after the worker is told to end."""
    stop, over = threading.Event(), threading.Event()

    def watch() -> None:
        while not over.wait(0.25):
            if context.should_abort():
                stop.set()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield stop
    finally:
        over.set()
        watcher.join()
