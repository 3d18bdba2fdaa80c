"""What the drill knows of itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import NamedTuple

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.translation import gettext_noop

from kakou.access.models import Node, Staff
from kakou.access.rules import ROLES
from kakou.drill.days import Share, Story
from kakou.drill.models import Run, Settlement, Training
from kakou.drill.rules import DrillRefused, NotADrill, State
from kakou.drill.scenarios import read, shipped, text_of, weave
from kakou.drill.scenarios.scoring import Score, scores
from kakou.drill.settling.staff import username_of
from kakou.drill.world import World
from kakou.kernel.errors import NotFound
from kakou.kernel.time import to_ms
from kakou.web.queries import site_zone


def settlement() -> Settlement | None:
    """The drill's sub-district; None when this system has none yet."""
    return Settlement.objects.first()


def settled() -> Settlement:
    """The drill's sub-district. Raises DrillRefused when there is none."""
    found = settlement()
    if found is None:
        raise DrillRefused("There is no drill on this system yet.")
    return found


def settlement_or_empty() -> Settlement | None:
    """As `settlement`. Raises NotADrill when there is none, but places are there all the same."""
    found = settlement()
    if found is None and Node.objects.exists():
        raise NotADrill(
            "This system already holds places of its own. The drill would mix fictitious people with real ones: give it"
            " a system of its own (set KAKOU_HOME to an empty folder)."
        )
    return found


def runs() -> list[Run]:
    """All runs, oldest first."""
    return [*Run.objects.order_by("pk")]


def training() -> Training | None:
    """The scenario by which this system's drill is played; None when it is played by none."""
    return Training.objects.first()


class TrainingView(NamedTuple):
    """A training as pages and terminals show it, its texts in one language."""

    name: str
    title: str
    aim: str
    began: dt.datetime
    found: list[tuple[str, Score]]


class ScenarioView(NamedTuple):
    """A shipped scenario, its texts in one language."""

    name: str
    title: str
    aim: str


def training_view(language: str, *, at: dt.datetime) -> TrainingView | None:
    """The training with what was found so far, each with its words; None when there is none."""
    known = training()
    if known is None:
        return None
    told, word = read(known.text), _word(language)
    found = [(score.find.words[word], score) for score in scores(known, settled(), at=at)]
    return TrainingView(known.name, told.title[word], told.aim[word], known.at, found)


def scenario_views(language: str) -> list[ScenarioView]:
    """The scenarios that come with Kakou."""
    word = _word(language)
    told = [(name, read(text_of(name)[1])) for name in shipped()]
    return [ScenarioView(name, one.title[word], one.aim[word]) for name, one in told]


def _word(language: str) -> str:
    return "zh" if language.startswith("zh") else "en"


def unfinished() -> list[Run]:
    """The runs that have something left to play, oldest first."""
    return [run for run in runs() if run.state != State.DONE]


def run_named(pk: int) -> Run:
    """Raises NotFound."""
    run = Run.objects.filter(pk=pk).first()
    if run is None:
        raise NotFound("There is no such page.")
    return run


_WORDS = {
    State.WAITING: gettext_noop("Waiting for the job to begin"),
    State.RUNNING: gettext_noop("Being played"),
    State.CANCELLED: gettext_noop("Cancelled"),
    State.FAILED: gettext_noop("Broken off"),
    State.DONE: gettext_noop("Played to the end"),
}
_STOPPING = gettext_noop("Being cancelled")
_COUNTED = {
    "stored": gettext_noop("stored"),
    "duplicate": gettext_noop("sent twice"),
    "quarantined": gettext_noop("in quarantine"),
    "refused": gettext_noop("of revoked phones"),
}


class RunView(NamedTuple):
    """A run as pages show it; texts are msgids."""

    id: int
    people: int
    days: int
    percent: int
    words: str
    counts: list[tuple[str, int]]
    moves: bool
    may_stop: bool
    may_go_on: bool


def run_views() -> list[RunView]:
    """All runs as pages show them, oldest first."""
    return [
        RunView(
            id=run.pk,
            people=run.people[1] - run.people[0],
            days=run.days[1] - 1,  # today comes on top
            percent=run.permille // 10,
            words=_STOPPING if run.state == State.RUNNING and run.asked_to_stop else _WORDS[State(run.state)],
            counts=[(words, run.counts[key]) for key, words in _COUNTED.items() if run.counts.get(key)],
            moves=run.state in (State.WAITING, State.RUNNING),
            may_stop=run.state in (State.WAITING, State.RUNNING) and not run.asked_to_stop,
            may_go_on=run.state in (State.CANCELLED, State.FAILED),
        )
        for run in runs()
    ]


class Login(NamedTuple):
    """A role's title (a msgid), and a link that logs in once."""

    title: str
    link: str


class _OneTimeTokens(PasswordResetTokenGenerator):
    """Bound to the account's last login, so that using one makes it and its copies void."""

    key_salt = "kakou.drill.one-time-login"


_TOKENS = _OneTimeTokens()


class Seat(NamedTuple):
    """The drill's account of a role, with the role's title and sentence (msgids)."""

    title: str
    sentence: str
    staff: Staff


def seats() -> list[Seat]:
    """One for each role, in the order of the permission table."""
    by_name = {staff.username: staff for staff in Staff.objects.filter(is_drill=True, is_active=True)}
    return [
        Seat(definition.title, definition.sentence, by_name[username_of(role)])
        for role, definition in ROLES.items()
        if username_of(role) in by_name
    ]


def seat_named(username: str) -> Staff:
    """Raises NotFound for what is no account of the drill."""
    found = next((seat.staff for seat in seats() if seat.staff.username == username), None)
    if found is None:
        raise NotFound("There is no such page.")
    return found


def one_time_logins(url: str) -> list[Login]:
    """A fresh link for each role."""
    return [
        Login(seat.title, f"{url}/drill/enter/{seat.staff.pk}-{_TOKENS.make_token(seat.staff)}/") for seat in seats()
    ]


def staff_of_login(token: str) -> Staff | None:
    """Whose one-time login this is; None when it is used, older than three days, or never was one."""
    number, _, rest = token.partition("-")
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        return None
    staff = Staff.objects.filter(pk=int(number), is_drill=True, is_active=True).first()
    return staff if staff is not None and _TOKENS.check_token(staff, rest) else None


def story_of(run: Run, seed: int) -> Story:
    """The story that a run plays, with what the training's scenario adds to it."""
    but = (_pair(run.but_people), _pair(run.but_days)) if run.but_people and run.but_days else None
    share = Share(_pair(run.people), _pair(run.days), but, run.device)
    story = Story(World(seed), run.start, to_ms(run.until), share, site_zone())
    known = training()
    if known is None:
        return story
    scenario = read(known.text)
    plot = weave(scenario, story.world, now_ms=to_ms(known.at), zone=story.zone)
    return replace(story, mischief=scenario.mischief, plot=plot)


def _pair(numbers: list[int]) -> tuple[int, int]:
    low, high = numbers
    return low, high
