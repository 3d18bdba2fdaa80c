"""The drill's pages: how far it is, and who one is in it. Only for accounts of the drill, on this machine only."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from kakou.access.login.adapter import on_this_machine
from kakou.access.models import Staff
from kakou.drill import actions, queries, tasks
from kakou.kernel.errors import NotFound
from kakou.kernel.time import now

BACKEND = "django.contrib.auth.backends.ModelBackend"
View = Callable[..., HttpResponse]


def for_drill_accounts(view: View) -> View:
    """Who is not in the drill learns nothing of it."""

    @wraps(view)
    def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect("account_login")
        if not _may_drill(request, request.user):
            raise NotFound("There is no such page.")
        return view(request, *args, **kwargs)

    return checked


def _may_drill(request: HttpRequest, user: object) -> bool:
    return isinstance(user, Staff) and user.is_drill and user.is_active and on_this_machine(request)


@never_cache
@require_GET
@for_drill_accounts
def runs(request: HttpRequest) -> HttpResponse:
    """Every run with its bar; asked by htmx, only the bars."""
    known, language = queries.run_views(), get_language() or "en"
    part = request.headers.get("HX-Request") == "true"
    training = None if part else queries.training_view(language, at=now())
    context = {
        "runs": known,
        "playing": any(run.moves for run in known),
        "seats": queries.seats(),
        "settlement": queries.settlement(),
        "training": training,
        "scenarios": [] if training or part else queries.scenario_views(language),
        "now": now(),
    }
    return render(request, "drill/runs_part.html" if part else "drill/runs.html", context)


@require_POST
@for_drill_accounts
def stop(request: HttpRequest, run_id: int) -> HttpResponse:
    """Cancel: the run keeps its place."""
    actions.ask_to_stop(queries.run_named(run_id), by=_staff(request), at=now())
    return redirect("drill:runs")


@require_POST
@for_drill_accounts
def resume(request: HttpRequest, run_id: int) -> HttpResponse:
    """Queue a cancelled or failed run again."""
    run = queries.run_named(run_id)
    actions.ask_to_go_on(run, by=_staff(request), at=now())
    tasks.defer_what_is_left(url=settings.OWN_URL, at=now())
    return redirect("drill:runs")


@require_POST
@for_drill_accounts
def time(request: HttpRequest) -> HttpResponse:
    """Let the story go on as time passes, or stand still."""
    on = request.POST.get("on") == "1"
    actions.let_time_pass(on, by=_staff(request), at=now())
    if on:
        tasks.defer_next(url=settings.OWN_URL, at=now())
    return redirect("drill:runs")


@require_POST
@for_drill_accounts
def change_seat(request: HttpRequest) -> HttpResponse:
    """Go on as another account of the drill, to see what that role sees."""
    seat = queries.seat_named(request.POST.get("seat", ""))
    login(request, seat, backend=BACKEND)
    return HttpResponseRedirect("/")


@never_cache
@require_GET
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """A one-time login: the link that the terminal shows. Used, old and never issued look the same."""
    staff = queries.staff_of_login(token)
    if staff is None or not _may_drill(request, staff):
        raise NotFound("This login is used up or too old. Ask for new ones with `kakou drill logins`.")
    login(request, staff, backend=BACKEND)
    return HttpResponseRedirect("/")


def _staff(request: HttpRequest) -> Staff:
    assert isinstance(request.user, Staff)
    return request.user
