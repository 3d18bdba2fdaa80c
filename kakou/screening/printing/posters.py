"""The poster at a gate: what is looked at there, in its order, as the rule pack says it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final, Literal

from kakou.screening.packs.reading import Content, version_of
from kakou.screening.packs.wording import degrees
from kakou.screening.printing.typesetting import typeset
from kakou.screening.printing.words import ON_A_POSTER, Words

_THE_ARTICLES: Final = ["codes", "vaccination", "origin", "mask", "temperature", "record"]  # line 21: 三查一看一测一记


@dataclass(frozen=True, slots=True)
class PosterStep:
    """One of the steps, in a few words, and what people are asked."""

    name: Words
    prompt: Words


@dataclass(frozen=True, slots=True)
class Poster:
    """What stands on the poster of one gate."""

    unit: str
    gate: str  # "" for a poster of the whole unit
    title: Words
    steps: tuple[PosterStep, ...]
    limit: Words  # what the temperature is called that is not normal
    limit_at: int  # tenths of a degree
    phone: str  # of the command room; "" where none is given
    rules: Words  # title of the pack
    version: str
    made_on: date


def poster_of(content: Content, *, unit: str, gate: str, phone: str, made_on: date) -> Poster:
    """The poster of a pack that has passed `check_pack`. It is called 三查一看一测一记 only where its steps are."""
    limit = content["params"]["temperature_limit"]
    steps = [content["steps"][name] for name in content["order"]]
    return Poster(
        unit=unit,
        gate=gate,
        title=ON_A_POSTER["steps"] if content["order"] == _THE_ARTICLES else _words(content["title"]),
        steps=tuple(PosterStep(_words(step["text"]), _words(step["prompt"])) for step in steps),
        limit=_words(limit["text"]),
        limit_at=limit["value"],
        phone=phone,
        rules=_words(content["title"]),
        version=version_of(content),
        made_on=made_on,
    )


def gate_poster(poster: Poster, *, paper: Literal["a4", "a3"] = "a4") -> bytes:
    """A PDF of one page, on A3 everything 1.41 times as large. Raises NotPrintable, TooMuchToPrint."""
    data: dict[str, Any] = asdict(poster)
    data |= {"paper": paper, "limit_at": degrees(poster.limit_at), "words": ON_A_POSTER}
    return typeset("gate_poster", data, made_on=poster.made_on, tagged=True)


def _words(text: Content) -> Words:
    return Words(text["zh"], text["en"])
