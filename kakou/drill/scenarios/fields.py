"""What may stand in a field of a scenario: each reads a value of TOML, or says what is allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from kakou.drill.scenarios import moments
from kakou.drill.world import World

LONGEST_TEXT = 400
LANGUAGES = ("zh", "en")


class Field(Protocol):
    """What one takes."""

    @property
    def usual(self) -> Any:
        """The value where nothing is said; MISSING where something must be."""

    def read(self, value: object, world: World) -> Any:
        """What `value` says. Raises ValueError."""

    def allowed(self, value: object, world: World) -> str:
        """What it takes, for whoever wrote `value`."""


class Missing:
    """There is no value and none is usual."""


MISSING = Missing()


class Whole(NamedTuple):
    """A whole number, least <= n <= most."""

    least: int
    most: int
    usual: Any = MISSING

    def read(self, value: object, world: World) -> int:
        """The number."""
        if not isinstance(value, int) or isinstance(value, bool) or not self.least <= value <= self.most:
            raise ValueError(value)
        return value

    def allowed(self, value: object, world: World) -> str:
        """Its bounds."""
        return f"{self.least} … {self.most}"


class Share(NamedTuple):
    """A share of the cases."""

    usual: Any = MISSING

    def read(self, value: object, world: World) -> float:
        """The share."""
        if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 <= value <= 1:
            raise ValueError(value)
        return float(value)

    def allowed(self, value: object, world: World) -> str:
        """Its bounds."""
        return "0.0 … 1.0"


class YesNo(NamedTuple):
    """True or false."""

    usual: Any = MISSING

    def read(self, value: object, world: World) -> bool:
        """Which."""
        if not isinstance(value, bool):
            raise ValueError(value)
        return value

    def allowed(self, value: object, world: World) -> str:
        """As TOML writes them."""
        return "true, false"


class OneOf(NamedTuple):
    """One of some words."""

    words: Sequence[str]
    usual: Any = MISSING

    def read(self, value: object, world: World) -> str:
        """The word."""
        if not isinstance(value, str) or value not in self.words:
            raise ValueError(value)
        return value

    def allowed(self, value: object, world: World) -> str:
        """All of them."""
        return ", ".join(self.words)


class When(NamedTuple):
    """A moment; `before`: it lies before the training begins."""

    before: bool = False
    usual: Any = MISSING

    def read(self, value: object, world: World) -> moments.Moment:
        """The moment."""
        moment = moments.read_moment(value)
        if self.before and moment.is_ahead:
            raise ValueError(value)
        return moment

    def allowed(self, value: object, world: World) -> str:
        """How it is written."""
        return moments.BEFORE if self.before else moments.ALLOWED


class Gate(NamedTuple):
    """An entrance where somebody stands, as unit/entrance; its number in the world."""

    usual: Any = MISSING

    def read(self, value: object, world: World) -> int:
        """Its number."""
        found = world.gate_called(value) if isinstance(value, str) else None
        if found is None:
            raise ValueError(value)
        return found

    def allowed(self, value: object, world: World) -> str:
        """Those of the unit that is named; else some of others."""
        unit = value.partition("/")[0] if isinstance(value, str) else ""
        return ", ".join(world.gate_names(unit) or world.gate_names()[:12])


class Words(NamedTuple):
    """A text in each language of Kakou."""

    usual: Any = MISSING

    def read(self, value: object, world: World) -> Mapping[str, str]:
        """The texts by language."""
        if not isinstance(value, dict) or {*value} != {*LANGUAGES}:
            raise ValueError(value)
        if not all(isinstance(text, str) and 0 < len(text.strip()) <= LONGEST_TEXT for text in value.values()):
            raise ValueError(value)
        return {language: value[language].strip() for language in LANGUAGES}

    def allowed(self, value: object, world: World) -> str:
        """How it is written."""
        return f'{{ zh = "…", en = "…" }}, 1 … {LONGEST_TEXT}'
