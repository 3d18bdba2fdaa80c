"""What the steps of an order tell, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from django.utils.translation import gettext, gettext_noop

from kakou.ledger.pages import frame
from kakou.ledger.pages.order_steps import CLOCKS
from kakou.ledger.pages.words import HEALED, STEPS, UNFIT
from kakou.web.kit import times
from kakou.workorders.models import Step
from kakou.workorders.rules import Clock, Proof, StepKind

PROOFS: Mapping[Proof, str] = {
    Proof.PHOTO: gettext_noop("a photo"),
    Proof.POSITION: gettext_noop("a position"),
    Proof.READING: gettext_noop("a reading"),
    Proof.SIGNATURE: gettext_noop("a signature"),
}


class _Names(NamedTuple):
    staff: Mapping[int | None, str]
    places: Mapping[int, str]


_READ = (Proof.POSITION, Proof.READING)  # a photo and a signature are named by their ids
_Says = Callable[[Step, object, _Names], str]
# ids are for the machine, unless they name a person on duty or a unit; what is not here is said as it stands by whoever
# took the step, and by nobody when it came by itself. In this order: the database keeps none
_SAYS: Mapping[str, _Says] = {
    "clock": lambda _step, value, _names: gettext(CLOCKS[Clock(str(value))]),
    "unit": lambda _step, value, names: names.places.get(value, ""),  # type: ignore[call-overload]
    "owner": lambda _step, value, names: names.staff.get(value, ""),  # type: ignore[call-overload]
    "helper": lambda _step, value, names: names.staff.get(value, ""),  # type: ignore[call-overload]
    "top": lambda _step, _value, _names: gettext("Nobody answers above it."),
    "until": lambda step, value, _names: times.moment(dt.datetime.fromisoformat(str(value)), step.at),
    "tried": lambda _step, value, _names: gettext(STEPS[StepKind(str(value))]),
    "proof": lambda _step, value, _names: gettext(PROOFS[Proof(str(value))]),
    "ref": lambda step, value, _names: str(value) if step.facts.get("proof") in _READ else "",
    "of": lambda _step, _value, _names: "",
    "missing": lambda step, _value, _names: (
        gettext("%(missing)s missing, from number %(first)s on") % {"first": "?", **step.facts}
    ),
    "code": lambda _step, value, _names: gettext(UNFIT[str(value)]) if value in UNFIT else str(value),
    "healed": lambda step, value, _names: (
        gettext(HEALED[str(value)]) if value in HEALED else _as_it_stands(step, value)
    ),
    "reason": lambda _step, value, _names: str(value),
}


def told(steps: Sequence[Step]) -> list[tuple[Step, list[str]]]:
    """Each step with its facts in words: two sorts of names are looked up, however many steps."""
    facts = [step.facts for step in steps]
    names = _Names(
        frame.staff_names({one.get(key) for one in facts for key in ("owner", "helper")}),
        frame.where_names({one["unit"] for one in facts if "unit" in one}),
    )
    return [
        (step, [words for key in _order(step) if (words := _words(step, key, step.facts[key], names))])
        for step in steps
    ]


def _order(step: Step) -> list[str]:
    return [key for key in _SAYS if key in step.facts] + [key for key in step.facts if key not in _SAYS]


def _words(step: Step, key: str, value: object, names: _Names) -> str:
    says = _SAYS.get(key)
    return says(step, value, names) if says else _as_it_stands(step, value)


def _as_it_stands(step: Step, value: object) -> str:
    return str(value) if step.by_id else ""
