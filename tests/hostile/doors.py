"""Every door of Kakou by which a file, or a body of any form, comes in. A route that reads one and is not in here fails
`test_every_door_for_files_is_known.py`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from kakou.kernel.ids import new_id

World = Mapping[str, Mapping[str, Any]]


class Reads(Enum):
    """What a door takes for a file, as its own people would send it: name and media type."""

    SHEET = ("list.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    SHAPES = ("places.geojson", "application/geo+json")
    RULES = ("rules.json", "application/json")
    TRUST = ("trust.zip", "application/zip")
    PICTURE = ("photo.jpg", "image/jpeg")
    PAPER = ("paper.pdf", "application/pdf")
    OUTBOX = ("phone.kko", "application/octet-stream")
    SIGNED = ("office.kkhand", "application/jose")
    JSON = ("", "application/json")
    FORM = ("", "application/x-www-form-urlencoded")


class Who(Enum):
    """Who stands at the door."""

    STAFF = "an account that may do everything"
    ANYBODY = "somebody without an account"
    PHONE = "an enrolled phone"
    ROBOT = "the robot of a group"


@dataclass(frozen=True)
class Door:
    """`pattern`: as in the role matrix; `thing`: of which thing of the garden the address speaks; `args`: what else
    stands in it; `field`: the file's, "" for a whole body; `fields`: what else the form asks."""

    pattern: str
    reads: Reads
    field: str = "file"
    thing: str = ""
    who: Who = Who.STAFF
    args: Mapping[str, str] = dataclasses.field(default_factory=dict)
    query: str = ""
    fields: Callable[[World], Mapping[str, object]] = lambda _world: {}

    def path(self, world: World) -> str:
        """Its address in this world."""
        path = "/" + self.pattern
        for name, value in self.args.items():
            path = re.sub(rf"<(?:\w+:)?{name}>", value.format(**world["garden"]), path)
        path = re.sub(r"<(?:\w+:)?\w+>", str(world["garden"].get(self.thing)), path)
        return path + self.query.format(**world["garden"])

    @property
    def is_read_by_programs(self) -> bool:
        """Its answers are words for programs."""
        return self.who in (Who.PHONE, Who.ROBOT) or self.reads in (Reads.JSON, Reads.FORM)


def _measured(_world: World) -> Mapping[str, object]:
    return {"datum": "wgs84", "measured_on": "2021-08-01"}


def _residents(world: World) -> Mapping[str, object]:
    return {"unit": world["garden"]["unit"], "category": "resident_registered"}


def _lines(world: World) -> Mapping[str, object]:
    return {"grade": "close", "node": world["garden"]["unit"], "case": world["garden"]["case"], "act": "take"}


def _reported(_world: World) -> Mapping[str, object]:
    return {"category": "other", "text": "路灯坏了，在三号楼门口", "phone": "13800138009", "name": "阿依古丽"}


def _directive(world: World) -> Mapping[str, object]:
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    until = f"{soon:%Y-%m-%dT%H:%M}"
    return {"number": "睢防办〔2021〕12号", "issuer": "防控办", "title": "核对名单", "text": "请核对今日名单。",
            "acknowledge_by": until, "deadline": until, "units": world["garden"]["unit"], "key": new_id()}  # fmt: skip


SEALED = {"state": "sealed", "material": "铁皮围挡", "sealed_on": "2021-08-01"}
DOORS = (
    Door("places/import/", Reads.SHEET),
    Door("places/shapes/import/", Reads.SHAPES, fields=_measured),
    Door("places/entrance/<int:node>/", Reads.PICTURE, "photo", "entrance", fields=lambda _world: SEALED),
    Door("staff/roster/import/", Reads.SHEET),
    Door("people/census/new/", Reads.SHEET, fields=_residents),
    Door("people/households/<uuid:id>/attach/", Reads.PICTURE, "picture", "person",
         fields=lambda _world: {"kind": "other"}),
    Door("ledger/paper/<int:node>/type-in/", Reads.SHEET, thing="entrance"),
    Door("ledger/outboxes/", Reads.OUTBOX, "outboxes"),
    Door("ledger/loops/import/", Reads.SHEET),
    Door("ledger/loops/<uuid:order>/prove/<slug:proof>/", Reads.PICTURE, "picture", "order", args={"proof": "photo"}),
    Door("screening/rules/new/", Reads.RULES, fields=lambda _world: {"note": "新版"}),
    Door("screening/areas/import/", Reads.SHEET),
    Door("screening/trust/import/", Reads.TRUST),
    Door("tracing/outbreak/<uuid:id>/line-list/", Reads.SHEET, thing="outbreak", fields=_lines),
    Door("tracing/outbreak/<uuid:id>/hand-in/", Reads.SIGNED, thing="outbreak"),
    Door("tracing/hand-overs/receipt/", Reads.SIGNED),
    Door("tracing/hand-overs/office/", Reads.SIGNED),
    Door("directives/new/", Reads.PAPER, "paper", query="?place={unit}", fields=_directive),
    Door("directives/task/<uuid:id>/done/", Reads.PAPER, "paper", "task", fields=lambda _world: {"text": "已经核对"}),
    Door("s/at/<int:node>/", Reads.PICTURE, "photo", "unit", Who.ANYBODY, fields=_reported),
    Door("s/p/<str:code>/", Reads.PICTURE, "photo", "place_code", Who.ANYBODY, fields=_reported),
    Door("open311/v2/requests.<slug:form>", Reads.FORM, "", who=Who.ANYBODY, args={"form": "json"}),
    Door("in/<uuid:row>/", Reads.JSON, "", "robot", Who.ROBOT),
    Door("intake/passages", Reads.JSON, "", who=Who.PHONE),
    Door("api/devices/enrol", Reads.JSON, "", who=Who.ANYBODY),
    Door("api/gate/status", Reads.JSON, "", who=Who.PHONE),
    Door("api/gate/calls", Reads.JSON, "", who=Who.PHONE),
    Door("api/gate/bundle/parts", Reads.JSON, "", who=Who.PHONE),
    Door("api/gate/fever/<passage>/steps", Reads.JSON, "", "fever", who=Who.PHONE),
    Door("api/gate/passes/check", Reads.JSON, "", who=Who.PHONE),
    Door("api/gate/codes/ask", Reads.JSON, "", who=Who.PHONE),
)  # fmt: skip
# commands by which a file comes in: read by whoever runs the machine, with the readers of the doors above or their own
COMMANDS = {
    "kakou/places/management/cli.py": "the places sheet",
    "kakou/ledger/management/importing.py": "a ledger kept in Excel",
    "kakou/ledger/management/outboxes.py": "outboxes of phones",
    "kakou/screening/management/packs.py": "cases to try rules on",
    "kakou/screening/management/credential.py": "one code, or a folder of trust",
    "kakou/audit/management/cli.py": "a signed head that was kept elsewhere",
    "kakou/tracing/management/asking.py": "questions to the engine, and its folders",
}
