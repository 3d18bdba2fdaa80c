"""An edition's JSON, read name by name: what is wrong is told with the field's name and what to write instead.

A number, a word, a day or a list stands there as [value, source], the source by its key under "sources".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from kakou.kernel.errors import Refusal

Word = TypeVar("Word", bound=StrEnum)
SURE = ("V", "S", "K", "?")  # verified, quoted by a page, background knowledge, not verified


class PolicyRefused(Refusal):
    """The policy cannot be read so, or cannot answer what it was asked; the text says what to change."""

    code = "policy-refused"


class Source(NamedTuple):
    """Where a value comes from, and how sure that is: V verified, S quoted by a page, K known, ? not verified."""

    text: str
    sure: str


class Fields:
    """One object of the JSON. `cited` gathers the source of every value by its place, as "places.shop.proposes"."""

    def __init__(
        self,
        content: object,
        where: str = "",
        sources: Mapping[str, Source] = {},
        cited: dict[str, Source] | None = None,
    ) -> None:
        """Raises PolicyRefused unless `content` is an object."""
        if not isinstance(content, Mapping):
            raise _wrong(where or "edition", content, "an object {…}")
        self.content, self.where, self.sources = content, where, sources
        self.cited: dict[str, Source] = {} if cited is None else cited
        self._read: set[str] = set()
        self._parts: list[Fields] = []

    def __contains__(self, name: str) -> bool:
        return name in self.content

    def text(self, name: str) -> str:
        """A plain text; without a source."""
        found = self._found(name)
        if not isinstance(found, str):
            raise _wrong(self.at(name), found, "a text")
        return found

    def flag(self, name: str) -> bool:
        """true or false, without a source; false where it is not said."""
        found = self._found(name) if name in self else False
        if not isinstance(found, bool):
            raise _wrong(self.at(name), found, "true / false")
        return found

    def number(self, name: str, least: int, most: int, *, otherwise: int | None = None) -> int:
        """A whole number from `least` to `most`; `otherwise` where it is not said."""
        if otherwise is not None and name not in self:
            return otherwise
        found = self._cited(name)
        if not _is_whole(found, least, most):
            raise _wrong(self.at(name), found, f"{least} … {most}")
        return int(found)

    def days(self, name: str, most: int) -> tuple[int, ...]:
        """Days counted from 1 to `most`, each once, in their order."""
        found = self._cited(name)
        if (
            not _is_list(found)
            or not all(_is_whole(day, 1, most) for day in found)
            or list(found) != sorted(set(found))
        ):
            raise _wrong(self.at(name), found, f"[1, …, {most}]")
        return tuple(found)

    def word(self, name: str, known: type[Word]) -> Word:
        """One of the words of an enumeration."""
        found = self._cited(name)
        if not isinstance(found, str) or found not in set(known):
            raise _wrong(self.at(name), found, " / ".join(known))
        return known(found)

    def words(self, name: str, known: Collection[str]) -> frozenset[str]:
        """A list of some of the known words."""
        found = self._cited(name)
        if not _is_list(found) or not all(isinstance(word, str) and word in known for word in found):
            raise _wrong(self.at(name), found, f"[{', '.join(known)}]")
        return frozenset(found)

    def key(self, name: str, known: Collection[str]) -> str:
        """A plain word among the known ones; without a source."""
        found = self.text(name)
        if found not in known:
            raise _wrong(self.at(name), found, " / ".join(known))
        return found

    def day(self, name: str) -> dt.date | None:
        """A day; None for null, which is without bound."""
        if self._found(name) is None:
            return None
        found = self._cited(name)
        try:
            return dt.date.fromisoformat(found)
        except (TypeError, ValueError):
            raise _wrong(self.at(name), found, "2021-08-10") from None

    def part(self, name: str) -> Fields:
        """An object inside this one."""
        return self._inner(self._found(name), self.at(name))

    def parts(self, name: str) -> dict[str, Fields]:
        """An object of objects, by their names."""
        inner = self.part(name)
        return {each: inner.part(each) for each in inner.content}

    def rows(self, name: str) -> list[Fields]:
        """A list of objects."""
        found = self._found(name)
        if not _is_list(found):
            raise _wrong(self.at(name), found, "[{…}, …]")
        return [self._inner(row, f"{self.at(name)}.{number}") for number, row in enumerate(found)]

    def finish(self) -> None:
        """Raises PolicyRefused for a name that nobody read: mistyped, it would silently not hold."""
        for name in self.content:
            if name not in self._read:
                known = ", ".join(sorted(self._read))
                raise PolicyRefused(
                    "%(where)s is not known here. Take it out, or write: %(known)s.", where=self.at(name), known=known
                )
        for part in self._parts:
            part.finish()

    def at(self, name: str) -> str:
        """The place of a field, as "measures.close.stages.0.days"."""
        return f"{self.where}.{name}" if self.where else name

    def _inner(self, content: object, where: str) -> Fields:
        self._parts.append(Fields(content, where, self.sources, self.cited))
        return self._parts[-1]

    def _found(self, name: str) -> Any:
        self._read.add(name)
        if name not in self.content:
            raise PolicyRefused("%(where)s is missing. Write it.", where=self.at(name))
        return self.content[name]

    def _cited(self, name: str) -> Any:
        """The value of a [value, source], whose source is noted."""
        found = self._found(name)
        if not _is_list(found) or len(found) != 2 or not isinstance(found[1], str) or found[1] not in self.sources:
            raise _wrong(self.at(name), found, f"[…, {' / '.join(self.sources)}]")
        self.cited[self.at(name)] = self.sources[found[1]]
        return found[0]


def read_sources(content: Fields) -> dict[str, Source]:
    """What stands under "sources"."""
    found = {}
    for key, source in content.parts("sources").items():
        found[key] = Source(source.text("text"), source.key("sure", SURE))
    return found


def _wrong(where: str, found: object, wanted: str) -> PolicyRefused:
    shown = repr(found)
    shown = shown if len(shown) <= 60 else f"{shown[:59]}…"
    return PolicyRefused("%(where)s is %(found)s. Write: %(wanted)s.", where=where, found=shown, wanted=wanted)


def _is_whole(found: object, least: int, most: int) -> bool:
    return isinstance(found, int) and not isinstance(found, bool) and least <= found <= most


def _is_list(found: object) -> bool:
    return isinstance(found, Sequence) and not isinstance(found, str)
