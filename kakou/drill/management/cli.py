"""`kakou drill`: a fictitious sub-district to try things on."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from kakou.drill import actions, queries, tasks
from kakou.drill.actions import DAYS, FIRST_DAYS, FIRST_PEOPLE, PEOPLE, SEED, Tell
from kakou.drill.management import telling
from kakou.drill.models import Run
from kakou.drill.playing import Progress as Told
from kakou.drill.playing import play
from kakou.drill.rules import MOST_DAYS, MOST_PEOPLE, DrillRefused, State
from kakou.drill.scenarios import text_of
from kakou.kernel.time import now

_SIZES = ("seed", "people", "days")
HERE = "http://127.0.0.1:8000"
_URL = click.option("--url", default=HERE, show_default=True, help="Where Kakou is running.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.group("drill", invoke_without_command=True)
@click.option("--seed", default=SEED, show_default=True, help="Another number, another sub-district.")
@click.option("--people", default=PEOPLE, show_default=True, type=click.IntRange(10, MOST_PEOPLE), help="Residents.")
@click.option("--days", default=DAYS, show_default=True, type=click.IntRange(1, MOST_DAYS), help="Days up to now.")
@click.option("--resume", is_flag=True, help="Go on with what was broken off; sizes are those it began with.")
@click.option("--scenario", metavar="FILE", help="Train by a scenario: a file, or one that `scenarios` lists.")
@click.option("--check", is_flag=True, help="Of --scenario: play nothing, say what was found, closed, and how late.")
@click.option("--cancel", is_flag=True, help="Stop the run that is being played, here or as a job. It keeps its place.")
@_URL
@_JSON
@click.pass_context
def group(
    ctx: click.Context, seed: int, people: int, days: int, resume: bool, scenario: str | None, check: bool,
    cancel: bool, url: str, as_json: bool,
) -> None:  # fmt: skip
    """Fill a system of its own with a fictitious sub-district and play its days at the gates.

    Everything in it is invented: places, people, plates. The passages go through the real intake of the running Kakou
    (start it first with `kakou serve`), as phones at the gates would send them. Ctrl-C stops; `--resume` goes on, and
    every passage is stored once.

    The drill refuses to run on a system that already holds places of its own.
    """
    if ctx.invoked_subcommand:
        return
    if cancel or check:
        _cancel(as_json) if cancel else telling.tell_scores(as_json, scenario)
        return
    _prepare(ctx, scenario)
    left = queries.unfinished()
    with _stops_on_ctrl_c() as stop:
        for run in left:
            if not stop.is_set():
                _play(run, url, stop, as_json)
    _report(as_json)
    if stop.is_set():
        ctx.exit(130)
    if scenario:
        tasks.defer_next(url=url, at=now())
        telling.tell_training()
        _print_logins(url)


@group.command("first-days")
@_URL
def first_days(url: str) -> None:
    """Play the last days of a few people, hand the rest to a job, print one-time logins. Done by `kakou serve --drill`.

    What is there already is left alone: the second time this only prints logins.
    """
    with _stops_on_ctrl_c() as stop, _bar(False) as tell:
        actions.first_days(url=url, clock=now, people=FIRST_PEOPLE, days=FIRST_DAYS, stop=stop, tell=tell)
    if stop.is_set():
        return
    actions.plan_rest(people=PEOPLE, days=DAYS, at=now())
    tasks.defer_what_is_left(url=url, at=now())
    tasks.defer_next(url=url, at=now())  # begins with what happened while the system was off
    _print_logins(url)


@group.command("status")
@_JSON
def status(as_json: bool) -> None:
    """How far the drill is."""
    _report(as_json)


@group.command("logins")
@_URL
def logins(url: str) -> None:
    """Print a fresh one-time login for every role. Each works once, for three days, on this machine only."""
    _print_logins(url)


@group.command("scenarios")
@_JSON
def scenarios(as_json: bool) -> None:
    """List the scenarios for training that come with Kakou."""
    telling.tell_scenarios(as_json)


@group.command("score")
@_JSON
def score(as_json: bool) -> None:
    """Which orders of the training's scenario were opened and closed, and how late: read from the ledger."""
    telling.tell_scores(as_json)


def _prepare(ctx: click.Context, scenario: str | None) -> None:
    """Plan what is asked for, unless something broken off shall go on."""
    told = ctx.params
    if told["resume"]:
        queries.settled()
    elif scenario is None:
        actions.plan_all(seed=told["seed"], people=told["people"], days=told["days"], at=now())
    else:
        given = [name for name in _SIZES if ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE]
        if given:
            raise click.UsageError(f"--{given[0]} is said by the scenario itself.")
        name, text = text_of(scenario)
        actions.plan_training(name=name, text=text, at=now())


def _play(run: Run, url: str, stop: threading.Event, as_json: bool) -> None:
    with _bar(as_json) as tell:
        play(run.pk, url=url, clock=now, stop=stop, tell=tell)


def _cancel(as_json: bool) -> None:
    running = [run for run in queries.unfinished() if run.state in (State.RUNNING, State.WAITING)]
    for run in running:
        actions.ask_to_stop(run, by=None, at=now())
    if not running:
        raise DrillRefused("No run of the drill is being played.")
    _report(as_json)


def _report(as_json: bool) -> None:
    rows = [
        {"run": run.pk, "state": run.state, "people": run.people[1], "days": run.days[1] - 1,
         "percent": run.permille / 10, "items": run.counts, "trouble": run.trouble}
        for run in queries.runs()
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps({"runs": rows}))
        return
    for row in rows:
        click.echo(" ".join(f"{name}={value}" for name, value in row.items() if value))
    if not rows:
        click.echo(_("There is no drill on this system yet."))


def _print_logins(url: str) -> None:
    click.echo()
    click.echo(_("Try it as one of these. Each login works once, on this machine only:"))
    for login in queries.one_time_logins(url):
        click.echo(f"  {login.link}  {_(login.title)}")


@contextmanager
def _bar(as_json: bool) -> Iterator[Tell]:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=as_json) as bar:
        task = bar.add_task(_("Drill"), total=1000, visible=False)  # until there is something to tell

        def tell(told: Told) -> None:
            stored = told.counts.get("stored", 0)
            words = _("Drill: %(count)d passages") % {"count": stored}
            bar.update(task, completed=told.permille, description=words, visible=True)

        yield tell


@contextmanager
def _stops_on_ctrl_c() -> Iterator[threading.Event]:
    """The first Ctrl-C lets what was sent be answered; the second breaks off."""
    stop = threading.Event()

    def on_signal(number: int, frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
