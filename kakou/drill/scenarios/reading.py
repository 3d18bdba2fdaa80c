"""A scenario from its file. What is wrong with a file is told with its line, its key and what is allowed there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kakou.drill.days import NO_MISCHIEF, Mischief
from kakou.drill.rules import MOST_DAYS, MOST_PEOPLE, DrillRefused, check_size
from kakou.drill.scenarios.fields import MISSING, Field, Gate, OneOf, Whole, Words
from kakou.drill.scenarios.kinds import KINDS, MISCHIEF, MOST_FINDS, MOST_INCIDENTS, Incident
from kakou.drill.world import World
from kakou.workorders.events import KINDS as ORDERS

HERE = Path(__file__).parent
LARGEST = 64 * 1024  # bytes
SEED = Whole(0, 2**31 - 1, 2021)
HEAD: Mapping[str, Field] = {
    "title": Words(), "aim": Words(), "seed": SEED, "people": Whole(10, MOST_PEOPLE), "days": Whole(1, MOST_DAYS),
}  # fmt: skip
BASES = {"usual": Mischief(), "none": NO_MISCHIEF}


class ScenarioRefused(DrillRefused):
    """The file does not say what a scenario says."""

    code = "scenario-refused"


@dataclass(frozen=True, slots=True)
class Find:
    """Orders of a kind that the trainees are to find: at least so many, at a gate and its unit (None: anywhere)."""

    order: str
    at_least: int
    gate: int | None
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Scenario:
    """What a file says. Texts by language."""

    title: Mapping[str, str]
    aim: Mapping[str, str]
    seed: int
    people: int
    days: int
    mischief: Mischief
    incidents: Sequence[Incident]
    finds: Sequence[Find]


def shipped() -> list[str]:
    """The names of the scenarios that come with Kakou."""
    return sorted(file.stem for file in HERE.glob("*.toml"))


def text_of(name: str) -> tuple[str, str]:
    """Name and text of a shipped scenario, or of a file. Raises ScenarioRefused."""
    path = HERE / f"{name}.toml" if name in shipped() else Path(name)
    try:
        content = path.read_bytes()
        if len(content) > LARGEST:
            raise ScenarioRefused("A scenario is a text of at most %(most)d KB.", most=LARGEST // 1024)
        return path.stem[:60], content.decode()
    except (OSError, UnicodeDecodeError) as broken:
        raise ScenarioRefused(
            "%(name)s is no file that can be read, nor one of: %(known)s.", name=name, known=", ".join(shipped())
        ) from broken


def read(text: str) -> Scenario:
    """The scenario. Raises ScenarioRefused."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        raise ScenarioRefused("This is no TOML: %(why)s.", why=str(broken)) from broken
    return _Reader(text, told).scenario()


class _Reader:
    """One file being read; its seed says which gates there are."""

    def __init__(self, text: str, told: dict[str, Any]) -> None:
        self._lines, self._told = text.splitlines(), told
        self._world = World(0)

    def scenario(self) -> Scenario:
        tables = ("mischief", "incident", "find")
        self._world = World(self._field("", 0, "seed", SEED, self._told))
        head = self._read("", 0, HEAD, {key: value for key, value in self._told.items() if key not in tables}, tables)
        try:
            check_size(head["people"], head["days"])
        except DrillRefused as refused:
            raise ScenarioRefused(refused.text, **refused.params) from refused
        incidents = [self._incident(n, one) for n, one in enumerate(self._tables("incident", MOST_INCIDENTS), 1)]
        finds = [self._find(n, one) for n, one in enumerate(self._tables("find", MOST_FINDS), 1)]
        return Scenario(**head, mischief=self._mischief(), incidents=incidents, finds=finds)

    def _mischief(self) -> Mischief:
        told = self._told.get("mischief", {})
        if not isinstance(told, dict):
            raise self._refused("", 0, "mischief", "[mischief]")
        table: dict[str, Field] = {"base": OneOf(tuple(BASES), "usual")}
        table |= {name: MISCHIEF[name] for name in told if name in MISCHIEF}
        given = self._read("mischief", 0, table, told, [*MISCHIEF])
        return replace(BASES[given.pop("base")], **given)

    def _incident(self, number: int, told: Mapping[str, Any]) -> Incident:
        kind = self._field("incident", number, "kind", OneOf(tuple(KINDS)), told)
        rest = {key: value for key, value in told.items() if key != "kind"}
        return Incident(kind, self._read("incident", number, KINDS[kind], rest, ["kind"]))

    def _find(self, number: int, told: Mapping[str, Any]) -> Find:
        table: dict[str, Field] = {
            "order": OneOf(tuple(sorted(ORDERS))), "at_least": Whole(1, 1000, 1), "gate": Gate(None), "words": Words(),
        }  # fmt: skip
        return Find(**self._read("find", number, table, told))

    def _tables(self, name: str, most: int) -> list[Mapping[str, Any]]:
        told = self._told.get(name, [])
        if not isinstance(told, list) or len(told) > most or not all(isinstance(one, dict) for one in told):
            raise self._refused("", 0, name, f"[[{name}]], 0 … {most}")
        return told

    def _read(
        self, table: str, number: int, known: Mapping[str, Field], told: Mapping[str, Any], also: Sequence[str] = ()
    ) -> dict[str, Any]:
        if unknown := [key for key in told if key not in known]:
            raise self._refused(table, number, unknown[0], ", ".join(dict.fromkeys([*known, *also])))
        return {key: self._field(table, number, key, field, told) for key, field in known.items()}

    def _field(self, table: str, number: int, key: str, field: Field, told: Mapping[str, Any]) -> Any:
        if key not in told:
            if field.usual is MISSING:
                raise self._refused(table, number, key, field.allowed(None, self._world))
            return field.usual
        try:
            return field.read(told[key], self._world)
        except ValueError as bad:
            raise self._refused(table, number, key, field.allowed(told[key], self._world)) from bad

    def _refused(self, table: str, number: int, key: str, allowed: str) -> ScenarioRefused:
        name = f"{table} {number}" if number else table
        return ScenarioRefused(
            "Line %(line)d, %(key)s: allowed is %(allowed)s.",
            line=self._line(table, number, key), key=f"{name} {key}".strip(), allowed=allowed,
        )  # fmt: skip

    def _line(self, table: str, number: int, key: str) -> int:
        """Where the key stands; else where its table begins, or the file."""
        header = re.compile(r"\s*\[+\s*([\w-]+)\s*\]+")
        begun, seen, inside = 1, 0, not table
        for line, text in enumerate(self._lines, 1):
            if match := header.match(text):
                if inside and table:
                    break
                seen += match[1] == table
                inside = match[1] == table and seen >= number
                begun = line if inside else begun
            elif inside and key and re.match(rf"\s*{re.escape(key)}\s*=", text):
                return line
            if not table and match:
                break
        return begun
