"""A town as `kakou serve` keeps it, all its processes real: two communities whose gates recorded the last two weeks.

Each community has the same people in it, so that a story can be told there in one language and beside it in another.
Its passages come in through the intake, its stays are the worker's, and its traces are answered by the tracer.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from kakou.config.tests.conftest import free_port
from kakou.config.tests.test_kakou_serves import ROOT, Serve

ZONE = ZoneInfo("Asia/Shanghai")
DAY = dt.timedelta(days=1)
LAST_WEEK = {"zh-hans": "上周聚餐", "en": "Last week's dinner"}
PLACES = {
    "zh-hans": ("东城社区", "阳光小区", "南门", "东城菜场", "正门"),
    "en": ("Eastside", "Sunshine Court", "South gate", "Eastside Market", "Main gate"),
}  # fmt: skip
# who lives there, behind which door, with which telephone; the couple has one of each
PEOPLE = (
    ("王安", "1幢101室", "13800138001"), ("李本", "2幢201室", "13800138002"), ("蔡成", "2幢201室", "13800138002"),
    ("孙芳", "2幢303室", "13800138003"), ("周明", "3幢101室", "13800138004"), ("郑久", "3幢202室", "13800138005"),
    ("冯和", "3幢303室", "13800138006"), ("吴远", "5幢501室", "13800138007"), ("钱途", "5幢502室", "13800138008"),
)  # fmt: skip
# who was where, from when to when: days before today, and the hour at the site
WAS_THERE = (
    ("郑久", "market", 14, 10.0, 14, 12.0), ("冯和", "market", 14, 10.5, 14, 11.5),
    ("王安", "garden", 3, 17.0, 1, 8.5), ("周明", "garden", 3, 17.5, 1, 7.0),
    ("王安", "market", 1, 9.0, 1, 12.0), ("李本", "market", 1, 9.5, 1, 11.5), ("蔡成", "market", 1, 9.6, 1, 11.4),
    ("孙芳", "market", 1, 10.0, 1, 10.75), ("钱途", "market", 1, 11.5, 1, 11.9),
)  # fmt: skip


def at_site(days_ago: int, hour: float = 0) -> dt.datetime:
    """That hour of a day at the site."""
    today = dt.datetime.now(ZONE).date()
    return dt.datetime.combine(today - days_ago * DAY, dt.time(), ZONE) + dt.timedelta(hours=hour)


def early_today(hour: float) -> dt.datetime:
    """That hour of today at the site, or some minutes ago where it is yet to come: stories are told at midnight too."""
    return min(at_site(0, hour), dt.datetime.now(ZONE) - dt.timedelta(minutes=3))


@dataclass(frozen=True)
class Community:
    """Where one story plays. `seats`: of each who works there, the key of a session; `unit`: its node."""

    unit: int
    seats: dict[str, str]


class Town(Serve):
    """The server and what is in it, by language."""

    patience = 240  # a machine that builds something else meanwhile

    def __init__(self, name: str) -> None:
        home = Path(tempfile.mkdtemp(prefix="kkt"))
        home.chmod(0o711)  # the database's own user must pass
        super().__init__(home, free_port())
        self.name, self.url = name, f"http://127.0.0.1:{self.port}"

    def furnish(self) -> dict[str, Community]:
        """Bring people, passages and sessions in; once."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.journeys.town", self.name, self.url], cwd=ROOT, text=True,
            env={**self.env, "KAKOU_ROLE": "pages"}, stdout=subprocess.PIPE, check=True, timeout=280,
        )  # fmt: skip
        told = json.loads(done.stdout.strip().splitlines()[-1])
        return {language: Community(**one) for language, one in told.items()}

    def end(self) -> None:
        """Nothing of it is left."""
        if self.runs:
            self.process.terminate()
            self.process.wait(60)
        shutil.rmtree(self.home, ignore_errors=True)


def _furnish(name: str, url: str) -> dict[str, Any]:
    """Within the town's own home."""
    from kakou.access.scope import acting_as_system
    from kakou.places.actions import add_unit
    from kakou.places.rules import UnitKind

    began = at_site(30)
    with acting_as_system():
        street = add_unit(kind=UnitKind.STREET, parent=None, name=name, by=None, at=began)
        commander = _staff(f"commander-{street.node_id}", "commander", street.node_id, began, display="街道指挥长")
    return {language: _community(language, street, commander, url, began) for language in PLACES}


def _community(language: str, street: Any, commander: Any, url: str, began: dt.datetime) -> dict[str, Any]:
    from kakou.access.scope import acting_as_system
    from kakou.places.actions import add_entrance, add_unit
    from kakou.places.rules import EntranceKind, UnitKind

    names = PLACES[language]
    with acting_as_system():
        unit = add_unit(kind=UnitKind.COMMUNITY_URBAN, parent=street, name=names[0], by=None, at=began)
        garden = add_unit(kind=UnitKind.COMPOUND, parent=unit, name=names[1], by=None, at=began)
        market = add_unit(kind=UnitKind.PLACE, parent=unit, name=names[3], by=None, at=began)
        gates = {
            "garden": add_entrance(unit=garden, name=names[2], kind=EntranceKind.COMPOUND_GATE, by=None, at=began),
            "market": add_entrance(unit=market, name=names[4], kind=EntranceKind.COMPOUND_GATE, by=None, at=began),
        }
        works = {
            role: _staff(f"{role}-{unit.node_id}", role, unit.node_id, began, display=title)
            for role, title in (
                ("investigator", "流调员"), ("community_worker", "社区工作者"), ("community_secretary", "社区书记"),
                ("gate_recorder", "值守登记员"),
            )
        }  # fmt: skip
        people = _people(garden.node_id, began)
    _record(people, gates, works, url)
    _last_week(language, people["吴远"], unit.node_id, works)
    seats = {role: _seat(one) for role, one in {**works, "commander": commander}.items()}
    return {"unit": unit.node_id, "seats": seats}


def _staff(username: str, role: str, node: int, at: dt.datetime, *, display: str) -> Any:
    from kakou.access.actions import create_staff, grant_role
    from kakou.access.models import Node
    from kakou.access.rules import Role

    made = create_staff(username=username, password=None, display=display, by=None, at=at)
    grant_role(staff=made, role=Role(role), node=Node.objects.get(pk=node), by=None, at=at)
    return made


def _seat(account: Any) -> str:
    from django.conf import settings
    from django.test import Client

    from tests.cast import sign_in

    client = Client()
    sign_in(client, account)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _people(home: int, at: dt.datetime) -> dict[str, Any]:
    from kakou.people.actions import NewPerson, add_person
    from kakou.people.rules import Category, Facts

    return {
        name: add_person(
            NewPerson(home, Facts(name=name, phone=phone, address=door), Category.RESIDENT_REGISTERED), by=None, at=at
        )
        for name, door, phone in PEOPLE
    }


def _record(people: dict[str, Any], gates: dict[str, Any], works: dict[str, Any], url: str) -> None:
    """What the phone of each gate sends, and the worker folds into stays."""
    from kakou.access.actions import enrol_device, issue_enrolment
    from kakou.access.models import Node
    from kakou.access.scope import acting_as, acting_as_system
    from kakou.kernel.time import now, to_ms
    from kakou.ledger.lane.tests.gates import Phone, batch
    from kakou.ledger.models import Stay

    for place, gate in gates.items():
        with acting_as(by := works["community_secretary"]):
            _, enrolment = issue_enrolment(node=Node.objects.get(pk=gate.node_id), name="phone", by=by, at=now())
        _, token = enrol_device(token=enrolment, at=now())
        crossed = sorted(
            (at_site(days, hour), direction, name)
            for name, where, *ends in WAS_THERE if where == place
            for direction, days, hour in (("in", *ends[:2]), ("out", *ends[2:]))
        )  # fmt: skip
        phone = Phone(token, seed=gate.node_id)
        items = [
            phone.item(
                at=to_ms(at), direction=direction, recorder=works["gate_recorder"].pk,
                subject={"kind": "person", "id": str(people[name].pk)},
            )
            for at, direction, name in crossed
        ]  # fmt: skip
        headers = {"Authorization": f"Bearer {token}"}
        with urllib.request.urlopen(urllib.request.Request(f"{url}/intake/passages", batch(items), headers)) as answer:
            told = json.loads(answer.read())["items"]
        assert {one["result"] for one in told} == {"stored"}, told
    ids = [one.pk for one in people.values()]
    for _ in range(600):
        with acting_as_system():
            if Stay.objects.filter(subject__in=ids, left_at__isnull=False).count() == len(WAS_THERE):
                return
        time.sleep(0.2)
    raise RuntimeError("the worker did not fold what the gates sent")


def _last_week(language: str, who: Any, node: int, works: dict[str, Any]) -> None:
    """Somebody whom nobody has reached for three days, of an outbreak that began before."""
    from kakou.access.scope import acting_as
    from kakou.tracing.actions import following
    from kakou.tracing.actions.cases import NewContact, involve, take_step
    from kakou.tracing.actions.outbreaks import open_outbreak
    from kakou.tracing.models import FollowUp
    from kakou.tracing.policy import Grade
    from kakou.tracing.rules.following import Finding
    from kakou.tracing.rules.standing import Move, Origin

    by, caller, then = works["investigator"], works["community_worker"], at_site(5, 14)
    with acting_as(by):
        outbreak = open_outbreak(node=node, title=LAST_WEEK[language], plan="generic", by=by, at=then)
        met = NewContact(who.pk, who.node_id, Grade.CLOSE, Origin.INTERVIEW, last=at_site(6, 19), since=at_site(6, 18))
        (contact,) = involve(outbreak, [met], by=by, at=then)
        take_step(contact, Move.ACCEPTED, grade=Grade.CLOSE, by=by, at=then)
    with acting_as(caller):
        for days in (3, 2, 1):
            item = FollowUp.objects.get(involved=contact, day=at_site(days).date())
            following.tell_finding(item, Finding.NOT_REACHED, by=caller, at=at_site(days, 15))


def main() -> None:
    """`python -m tests.journeys.town NAME URL`, within the home of a town that is being served: says what is in it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kakou.config.settings")
    import django

    django.setup()
    print(json.dumps(_furnish(*sys.argv[1:])))


if __name__ == "__main__":
    main()
