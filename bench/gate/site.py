"""A site of its own: `kakou serve` in the home of this process, a compound with its gate, residents with passes."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connections

from bench.figures import ROOT
from bench.house import free_port
from kakou.access.actions import create_staff, grant_role, issue_enrolment
from kakou.access.badges.actions import issue_badge
from kakou.access.models import Node, Staff
from kakou.access.rules import Role
from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.ids import new_id
from kakou.kernel.time import now
from kakou.ledger.actions.visits import Announced, announce_visit
from kakou.ledger.models import Passage, Quarantined
from kakou.ledger.rules import Purpose
from kakou.ledger.visits import read_number
from kakou.people.actions import NewPerson, add_people
from kakou.people.rules import Category, Facts
from kakou.places.actions import add_entrance, add_unit
from kakou.places.rules import EntranceKind, UnitKind
from kakou.screening.actions.passes import NewPass, issue_pass
from kakou.screening.models.passes import PassKind
from kakou.screening.passes.text import pass_text

PATIENCE = 600.0  # seconds for a start or a stop
PIN = "271846"
NAMES = ("王晓梅", "李国强", "张伟", "陈静", "刘洋", "黄丽华", "周建国", "吴秀英", "徐敏", "孙志强")
DOCUMENTS = "11010519491231002X"


class Resident(NamedTuple):
    """Somebody of the compound: his pass, as its code says, and as its number."""

    name: str
    text: str
    id: UUID


class Site:
    """The server, which can be stopped and started; what it knows stays in its home."""

    def __init__(self, residents: int = 50) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._many = residents
        self._process: subprocess.Popen[bytes] | None = None
        self.residents: Sequence[Resident] = ()
        self.badge = ""
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in this thread

    def __enter__(self) -> Site:
        try:
            self.start()
            self._furnish()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Serve from now on."""
        with (settings.HOME / "serve.log").open("ab") as log:
            argv = [sys.executable, "-m", "kakou", "serve", "--port", str(self.port)]
            self._process = subprocess.Popen(argv, cwd=ROOT, stdout=log, stderr=log)
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((settings.HOME / "serve.log").read_text(errors="replace")[-500:])
            time.sleep(0.1)

    def stop(self) -> None:
        """Nobody answers on the port any more."""
        for connection in connections.all():
            connection.close()
            if hasattr(connection, "close_pool"):
                connection.close_pool()
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE)
            self._process = None

    def enrolment(self, address: str) -> str:
        """The address in the code of the page “Phones”, for a phone that reaches the server at `address`."""
        with acting_as(self.secretary):
            _, token = issue_enrolment(node=self.gate, name="一号机", by=self.secretary, at=now())
        return f"{address}/gate/#1.{token}"

    def expect_vehicle(self, plate: str) -> None:
        """Somebody has announced that it comes in the next hours."""
        at = now()
        with acting_as_system():
            new = Announced(read_number(plate), "周快", "3-2-501", Purpose.DELIVERY, at, at + dt.timedelta(hours=6))
            announce_visit(new, sheet=new_id(), unit=self.home, at=at)

    def stored(self) -> list[UUID]:
        """Every passage in the ledger that a phone made, by its id."""
        with acting_as_system():
            return list(Passage.objects.filter(device_id__isnull=False).values_list("pk", flat=True))

    def kept_apart(self) -> list[str]:
        """Of each item that did not enter the ledger, why."""
        with acting_as_system():
            return list(Quarantined.objects.values_list("reason", flat=True))

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/accounts/login/", timeout=5):
                return True
        except OSError:
            return False

    def _furnish(self) -> None:
        at = now() - dt.timedelta(days=5)
        with acting_as_system():
            street = add_unit(kind=UnitKind.STREET, parent=None, name="睢城街道", by=None, at=at)
            home = add_unit(kind=UnitKind.COMPOUND, parent=street, name="阳光小区", by=None, at=at)
            gate = add_entrance(unit=home, name="南门", kind=EntranceKind.COMPOUND_GATE, by=None, at=at)
            self.gate: Node = Node.objects.get(pk=gate.node_id)
            node = Node.objects.get(pk=home.node_id)
            self.home = home.node_id
            self.secretary = _staff("secretary", Role.COMMUNITY_SECRETARY, node, at)
            recorder = _staff("recorder", Role.GATE_RECORDER, self.gate, at)
            self.residents = self._with_passes(home.node_id, at)
        with acting_as(recorder):
            _, self.badge = issue_badge(pin=PIN, by=recorder, at=now())

    def _with_passes(self, node: int, at: dt.datetime) -> list[Resident]:
        names = [NAMES[number % len(NAMES)] for number in range(self._many)]
        facts = [Facts(name=name, phone=f"138{number:08d}") for number, name in enumerate(names)]
        people = [NewPerson(node, one, Category.RESIDENT_REGISTERED) for one in facts]
        made = []
        for name, person in zip(names, add_people(people, by=None, at=at), strict=True):
            new = NewPass(PassKind.RESIDENT, "", at.date(), None)
            found = issue_pass(person, new, by=self.secretary, at=at)
            made.append(Resident(name, pass_text(found.pk), found.pk))
        return made


def _staff(name: str, role: Role, node: Node, at: dt.datetime) -> Staff:
    made = create_staff(username=name, password=None, by=None, at=at)
    grant_role(staff=made, role=role, node=node, by=None, at=at)
    return made
