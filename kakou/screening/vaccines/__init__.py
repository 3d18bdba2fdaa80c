"""Vaccination as value sets: products by their codes, how many doses are a whole course, what follows from both.

Owns: the list of products (`products.json`), the state of somebody's vaccination from product and doses, or from the
records of a verified credential. Promises: what is not known is "unknown", never "full". Pure. Never: decides what a
state means at a gate, which is a rule pack's.

Codes are those of the EU value set `vaccine-medicinal-product` where it has the product, so that what a certificate
says and what a person says are one; ZF2001 and the like have none there and keep the name by which they are known. How
many doses are a course is told for products given in China only (inactivated 2, Ad5 vector 1, recombinant subunit 3):
common knowledge for which no public source was found, to be set right by the office that knows better. A certificate
tells its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kakou.screening.credentials import Record, RecordKind
from kakou.screening.rules import Vaccination

PRODUCTS = Path(__file__).parent / "products.json"
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Product:
    """One vaccine: its code, its names, how many doses are a whole course (None: not told here)."""

    code: str
    zh: str
    en: str
    doses: int | None


@dataclass(frozen=True, slots=True)
class Course:
    """What is known of somebody's vaccination, as a passage carries it: state, product, doses, day of the last."""

    state: Vaccination
    vaccine: str | None = None
    doses: int | None = None
    dose_on: str | None = None


@cache
def products() -> Mapping[str, Product]:
    """Code → product, in the order in which they are offered."""
    told = json.loads(PRODUCTS.read_text("utf-8"))
    return {code: Product(code, **what) for code, what in told.items()}


def vaccines_told() -> dict[str, dict[str, str | int | None]]:
    """For phones: code → its names and doses, in the order in which they are offered."""
    return {one.code: {"zh": one.zh, "en": one.en, "doses": one.doses} for one in products().values()}


def state_of(vaccine: str | None, doses: int) -> Vaccination:
    """The state after so many doses of a product; UNKNOWN where nobody can tell whether the course is whole."""
    if doses == 0:
        return Vaccination.NONE
    known = products().get(vaccine or "")
    if known is None or known.doses is None:
        return Vaccination.UNKNOWN
    if doses < known.doses:
        return Vaccination.PARTIAL
    return Vaccination.FULL if doses == known.doses else Vaccination.BOOSTED


def course_of(records: Iterable[Record]) -> Course | None:
    """What the vaccinations in a verified credential come to; None when there is none. The latest counts, and says by
    itself of how many doses it is (`dose`/`doses`): 3 of 3 and 2 of 1 are whole and more.
    """
    taken = [record for record in records if record.kind is RecordKind.VACCINATION and record.dose]
    if not taken:
        return None
    last = max(taken, key=lambda record: (record.date or "", record.dose or 0))
    return Course(_state(last.dose or 0, last.doses), last.product or OTHER, last.dose, (last.date or "")[:10] or None)


def _state(dose: int, of: int | None) -> Vaccination:
    if of is None:
        return Vaccination.UNKNOWN
    if dose < of:
        return Vaccination.PARTIAL
    # a booster is told as one dose more than the first course had: 3/3 after 2/2, or 2/1 after 1/1
    return Vaccination.BOOSTED if dose > of or dose >= 3 else Vaccination.FULL
