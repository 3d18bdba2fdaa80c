"""Asks the pages as somebody, in a transaction that is taken back, and keeps what broke.

`Asker(world, accounts)(case, who)` sends one case of schemathesis. `broken` holds, for every place in the code at
which an answer broke, the first question that did it.
"""

from __future__ import annotations

import contextlib
import re
import sys
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import schemathesis
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import got_request_exception, request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, Verbosity, given, seed
from hypothesis import settings as of_hypothesis
from hypothesis import strategies as st
from schemathesis.core.failures import Failure, FailureGroup

from kakou.access.models import Staff
from tests.cast import sign_in
from tests.questions.pages import ABLE, ANY

THING = re.compile(r"(garden|orchard|street)\.(\w+)")
NOBODY = "nobody"
CHECKS = schemathesis.checks  # what a description promises of an answer
BREACHES = [
    CHECKS.status_code_conformance, CHECKS.content_type_conformance, CHECKS.response_schema_conformance,
    CHECKS.response_headers_conformance,
]  # fmt: skip


class Pages(WSGIHandler):
    """Our pages, without asking for a token against forgery: what it guards is no part of this."""

    def __init__(self) -> None:
        super().__init__()
        self.raised: list[str] = []
        self.cookie = ""
        got_request_exception.connect(self._note)

    def get_response(self, request: Any) -> Any:
        """As Django's own test client has it."""
        request._dont_enforce_csrf_checks = True
        return super().get_response(request)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """The answer in one piece, with whatever it did taken back."""
        self.raised.clear()
        environ["HTTP_COOKIE"] = self.cookie  # the client keeps a jar of its own, for another host
        with transaction.atomic(), _connections_kept():
            answer = super().__call__(environ, start_response)
            body = b"".join(answer)
            answer.close()
            transaction.set_rollback(True)
        return [body]

    def _note(self, **_: Any) -> None:
        self.raised.append("".join(traceback.format_exception(sys.exception())))


@contextlib.contextmanager
def _connections_kept() -> Iterator[None]:
    """A request begins and ends without looking whether its connection is old: the test is not over."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


class Asker:
    """Somebody for every role, and one of every thing."""

    def __init__(self, world: Mapping[str, Mapping[str, Any]], accounts: Mapping[str, Staff]) -> None:
        self.pages, self.world = Pages(), world
        self.cookies = {NOBODY: ""}
        for name, account in accounts.items():
            client = Client()
            sign_in(client, account)
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            self.cookies[name] = f"{settings.SESSION_COOKIE_NAME}={session}"
        self.statuses: Counter[tuple[str, int]] = Counter()
        self.text = ""
        self.broken: dict[str, str] = {}

    def __call__(self, case: schemathesis.Case, who: str, **headers: str) -> schemathesis.Response:
        """One question."""
        case.path_parameters = self._meant(case.path_parameters)
        case.query = self._meant(case.query)
        if isinstance(case.body, dict):
            case.body = self._meant(case.body)
        answer = self.send(case, who, headers)
        self.statuses[case.operation.label, answer.status_code] += 1
        declared = case.operation.definition.raw["responses"]
        if answer.status_code >= 500 and str(answer.status_code) not in declared:
            self.keep(case, who, answer)
        return answer

    def send(self, case: schemathesis.Case, who: str, headers: dict[str, str]) -> schemathesis.Response:
        """To the pages, without a network."""
        self.pages.cookie = self.cookies[who]
        return case.call(app=self.pages, base_url="http://testserver", headers=headers)

    def told(self) -> str:
        """What broke, for whoever reads the test's report."""
        return "\n\n".join(f"{place}\n  {question}" for place, question in self.broken.items())

    def keep(self, case: schemathesis.Case, who: str, answer: schemathesis.Response, why: str = "") -> None:
        """Note what broke, once for each place in the code."""
        told = why or "".join(self.pages.raised[-1:]) or f"HTTP {answer.status_code}"
        lines = [line for line in told.splitlines() if "kakou/" in line and "site-packages" not in line]
        place = why or f"{lines[-1].strip() if lines else ''}: {told.splitlines()[-1][:200]}"
        self.broken.setdefault(
            place, f"{case.method} {answer.request.url} as {who} with {str(case.body)[:400]} → {answer.status_code}"
        )

    def breaches(self, case: schemathesis.Case, who: str, answer: schemathesis.Response, checks: list[Any]) -> None:
        """Hold an answer against its description."""
        try:
            case.validate_response(answer, checks=checks)
        except (FailureGroup, Failure) as found:
            for one in getattr(found, "exceptions", [found]):
                self.keep(case, who, answer, f"{case.operation.label}: {one.title}: {str(one)[:300]}")

    def _meant(self, values: Any) -> Any:
        """Ids for the words that stand for things."""
        return {name: self._thing(value) for name, value in values.items()} if values else values

    def _thing(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        found = THING.fullmatch(value)
        if not found:
            return self.text if value == ANY else value.removeprefix("is.")
        thing = self.world[found[1]].get(found[2], 10**8)
        return str(getattr(thing, "pk", thing))


def ask_all(
    ask: Any, operations: Iterable[Any], who: Iterable[str], *, examples: int, at: int | None = 1,
    mode: schemathesis.GenerationMode = schemathesis.GenerationMode.POSITIVE,
) -> None:  # fmt: skip
    """`examples` questions to every operation, each as one of `who`, mostly as one who gets further than the door
    there. `at`: the seed; None for another every time."""
    anybody = sorted(who)
    for operation in operations:
        able = [role for role in operation.definition.raw.get(ABLE, ()) if role in anybody] or anybody
        roles = st.one_of(st.sampled_from(able), st.sampled_from(able), st.sampled_from(anybody))

        @of_hypothesis(
            max_examples=examples, deadline=None, database=None, phases=[Phase.generate], verbosity=Verbosity.quiet,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy(generation_mode=mode), role=roles, text=st.text(max_size=60))
        def one(case: schemathesis.Case, role: str, text: str) -> None:
            ask.text = text
            ask(case, role)

        (one if at is None else seed(at)(one))()


def operations(document: dict[str, Any]) -> list[Any]:
    """Every method of every path of the document."""
    return [found.ok() for found in schemathesis.openapi.from_dict(document).get_all_operations()]
