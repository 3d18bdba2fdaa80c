"""What programs ask: does it live, is it ready, how is it? Before any session: they need no account, and must be
answered when the database cannot be.

`/livez`: the front and the pages answer. `/readyz`: they can do their work; 503 with what is missing. `/metrics`: for
Prometheus, by the token KAKOU_METRICS_TOKEN; without one there is no such page.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Mapping
from hmac import compare_digest

import psycopg
from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotFound, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from psycopg.conninfo import make_conninfo

from kakou import vault
from kakou.kernel.errors import Refusal
from kakou.upkeep.probing import metrics

LEAST_FREE = 64_000_000  # bytes: below it nothing more can be acknowledged
SECONDS = 2
HOLDS = 1.0  # seconds for which an answer about the database is given to everybody
WHERE = frozenset({"host", "port", "dbname", "user", "password"})


@require_safe
def livez(_request: HttpRequest) -> HttpResponse:
    """The front and the pages answer."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """Can it take what a gate sends and show a page? Whatever cannot is named."""
    missing = [name for name, stands in READY.items() if not stands()]
    return JsonResponse({"ready": not missing, "missing": missing}, status=503 if missing else 200)


@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:
    """For Prometheus."""
    token = settings.METRICS_TOKEN
    if not token:
        return HttpResponseNotFound("KAKOU_METRICS_TOKEN is not set.\n", content_type="text/plain")
    if not compare_digest(request.headers.get("authorization", "").encode(), f"Bearer {token}".encode()):
        return HttpResponse("Authorization: Bearer …\n", status=401, content_type="text/plain")
    return HttpResponse(generate_latest(metrics.REGISTRY), content_type=CONTENT_TYPE_LATEST)


class Shared:
    """A look that all who ask within a second share, and that is taken by one of them while the others wait: anybody
    may ask as often as he likes, and when the database hangs, none of them asks it anew."""

    def __init__(self, look: Callable[[], bool], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._look, self._clock, self._alone = look, clock, threading.Lock()
        self._answer, self._until = False, float("-inf")

    def __call__(self) -> bool:
        """See the class."""
        with self._alone:
            if self._clock() >= self._until:
                self._answer = self._look()
                self._until = self._clock() + HOLDS
            return self._answer


def _database() -> bool:
    """Asked on a connection of its own: one that hangs must not take a thread of the pages with it."""
    told = connections["default"].get_connection_params()
    given = {name: value for name, value in told.items() if name in WHERE or name.startswith("ssl")}
    wait = f"-c statement_timeout={SECONDS}s"
    try:
        with psycopg.connect(make_conninfo(**given, connect_timeout=SECONDS, options=wait)) as connection:
            connection.execute("select 1")
    except psycopg.Error:
        return False
    return True


def _keys() -> bool:
    try:
        return (vault.store().folder / "master").is_file()
    except Refusal:
        return False


def _disk() -> bool:
    try:
        return shutil.disk_usage(settings.HOME).free >= LEAST_FREE
    except OSError:
        return False


READY: Mapping[str, Callable[[], bool]] = {"database": Shared(_database), "keys": _keys, "disk": _disk}
PROBES: Mapping[str, Callable[[HttpRequest], HttpResponse]] = {
    "livez": livez, "readyz": readyz, "metrics": metrics_page,
}  # fmt: skip


class ProbesMiddleware:
    """First of all: answers the probes before anything asks the database, and measures how long the rest takes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """See the class."""
        if probe := PROBES.get(request.path.strip("/")):
            answer = probe(request)
            answer["Cache-Control"] = (
                "no-store"  # what it says is true now only, and figures are for whoever has the token
            )
            return answer
        begun = time.perf_counter()
        response = self.get_response(request)
        metrics.measured(request, response.status_code, time.perf_counter() - begun)
        return response
