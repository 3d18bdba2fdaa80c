"""Is a pack one that may be published? Everything that is wrong with it, each by its place, with what to do.

First the JSON Schema, then what a schema cannot say: steps that are not there, looks that nobody knows, rules that are
no CertLogic, paths that no case has, numbers outside their own bounds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jsonschema

from kakou.kernel.errors import Refusal
from kakou.screening.certlogic import checking as certlogic
from kakou.screening.packs.reading import HERE, Content
from kakou.screening.rules.looks import RESULTS, TEMPERATURE_RANGE, Look

# what a rule may read; a rule that reads anything else would be silent for ever
READABLE = frozenset(
    {
        "direction", "who", "purpose", "unit", "management", "record", "pass_state", "past.quota_used",
        "past.persuaded_back", "facts.code_age", "facts.travel_age", "facts.worst", "facts.near", "facts.risk_days",
        "checks.health_at", "checks.health_how", "checks.health_region", "checks.travel_at", "checks.travel_how",
        "checks.vaccine", "checks.doses", "checks.dose_on", "checks.origin_from", "checks.mask_guided",
        "checks.mask_corrected", "checks.temperature_by", "checks.temperature_before", "checks.thermometer",
    }
    | {f"checks.{look}" for look in Look if look is not Look.RECORD}
)  # fmt: skip


MOST_ENTRIES = 1_000  # of one list
_UNWRITABLE = re.compile("[\x00-\x1f\ud800-\udfff]")


class PackRefused(Refusal):
    """The pack cannot be used; the first problems stand in the text."""

    code = "pack-refused"


@dataclass(frozen=True, slots=True)
class PackProblem:
    """`where`: the place in the JSON, as "rules.health.red.when"; `text` and `fix`: msgids, `params` fill in both."""

    where: str
    text: str
    fix: str = ""
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        told = f"{self.where or 'the pack'}: {self.text} {self.fix}".rstrip()
        return told % self.params if self.params else told


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "a text to be translated later"
    """Mark a msgid."""
    return text


SCHEMA = N_("This does not fit: %(message)s.")
FIX_SCHEMA = N_("See the schema in docs/reference/packs.md.")
NO_STEP = N_("The order names a step that is not described.")
NOT_ORDERED = N_("This step stands in no order, so nobody would do it.")
FIX_STEP = N_("Write the same names under “order” and “steps”.")
NO_LOOK = N_("Nobody knows a look of this name.")
FIX_LOOK = N_("Write one of: %(known)s.")
TWICE = N_("Another step has this look already.")
FIX_TWICE = N_("Leave it in one step.")
NO_RESULT = N_("This look cannot say that.")
NO_NUMBER = N_("Only the temperature is a number.")
RANGE = N_("A temperature lies between %(least)d and %(most)d tenths of a degree.")
BOUNDS = N_("The value lies outside its own bounds.")
FIX_BOUNDS = N_("Write a value from least to most.")
NEEDS = N_("The rule needs a look that is in no step.")
PATH = N_("No case has %(path)s.")
FIX_PATH = N_("A rule may read: %(known)s, and the numbers as param.….")
NOT_NEEDED = N_("The rule reads %(path)s but does not name it under “needs”.")
FIX_NEEDED = N_("Without it the rule would be asked although nobody looked, and could not decide.")
TOO_LONG = N_("This list has %(many)d entries; at most %(most)d can be looked through.")
NO_TEXT = N_("This text is no text: it holds half of a character, or a line break.")
NO_FIX = N_("Say what is to be done: only a remark or an emergency goes without.")


def check_pack(content: Any) -> None:
    """Raises PackRefused unless there is no problem."""
    found = list(problems_of(content))
    if found:
        first = "; ".join(map(str, found[:3]))
        raise PackRefused("The pack has %(count)d faults: %(first)s", count=len(found), first=first)


def problems_of(content: Any) -> Iterator[PackProblem]:
    """Everything that is wrong with a pack's JSON; nothing for one that may be published."""
    unreadable = list(_of_texts(content))
    yield from unreadable
    if unreadable:
        return  # comparing such lists item by item takes hours, and such a text cannot be written down
    of_schema = list(_of_schema(content))
    yield from of_schema
    if of_schema:
        return  # what follows reads it as the schema says
    yield from _of_steps(content)
    for name, param in content["params"].items():
        if not param["least"] <= param["value"] <= param["most"]:
            yield PackProblem(f"params.{name}", BOUNDS, FIX_BOUNDS)
    looks = {look for step in content["steps"].values() for look in step["looks"]}
    for id, rule in content["rules"].items():
        yield from _of_rule(f"rules.{id}", rule, looks, {f"param.{name}" for name in content["params"]})


@cache
def _validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads((HERE / "schema.json").read_text("utf-8")))


def _of_schema(content: Any) -> Iterator[PackProblem]:
    for error in _validator().iter_errors(content):
        best = jsonschema.exceptions.best_match([error]) or error
        where = ".".join(map(str, best.absolute_path))
        yield PackProblem(where, SCHEMA, FIX_SCHEMA, {"message": best.message[:160]})


def _of_texts(content: Any) -> Iterator[PackProblem]:
    """Lists that are too long to be compared, and texts that nobody can write, whatever the schema says of the place:
    its patterns let a line break pass at the end. However deep it is.
    """
    waiting: list[tuple[str, Any]] = [("", content)]
    while waiting:
        where, found = waiting.pop()
        texts = [found] if isinstance(found, str) else [*found] if isinstance(found, dict) else []
        if any(map(_UNWRITABLE.search, texts)):
            yield PackProblem(where, NO_TEXT)
        elif isinstance(found, list) and len(found) > MOST_ENTRIES:
            yield PackProblem(where, TOO_LONG, params={"many": len(found), "most": MOST_ENTRIES})
        elif isinstance(found, list | dict):
            members = found.items() if isinstance(found, dict) else enumerate(found)
            waiting += [(f"{where}.{name}" if where else str(name), inner) for name, inner in members]


def _of_steps(content: Content) -> Iterator[PackProblem]:
    order, steps = content["order"], content["steps"]
    yield from (PackProblem(f"order.{name}", NO_STEP, FIX_STEP) for name in order if name not in steps)
    yield from (PackProblem(f"steps.{name}", NOT_ORDERED, FIX_STEP) for name in steps if name not in order)
    seen: set[str] = set()
    for name, step in steps.items():
        for look, what in step["looks"].items():
            where = f"steps.{name}.looks.{look}"
            if look in seen:
                yield PackProblem(where, TWICE, FIX_TWICE)
            seen.add(look)
            yield from _of_look(where, look, what)
            yield from _of_usual(where, what)


def _of_usual(where: str, what: Content) -> Iterator[PackProblem]:
    """What one tap says is a result of the look. A temperature has none: it is read off a thermometer."""
    known = what.get("results", {})
    for who, result in what.get("usual", {}).items():
        if result not in known:
            yield PackProblem(f"{where}.usual.{who}", NO_RESULT, FIX_LOOK, {"known": ", ".join(known)})


def _of_look(where: str, look: str, what: Content) -> Iterator[PackProblem]:
    if look not in set(Look):
        yield PackProblem(where, NO_LOOK, FIX_LOOK, {"known": ", ".join(Look)})
    elif look == Look.TEMPERATURE:
        least, most = TEMPERATURE_RANGE
        if not least <= what.get("least", 0) <= what.get("most", 0) <= most:
            yield PackProblem(where, RANGE, params={"least": least, "most": most})
    elif "results" not in what:
        yield PackProblem(where, NO_NUMBER)
    else:
        known = RESULTS[Look(look)]
        for result in set(what["results"]) - set(known):
            yield PackProblem(f"{where}.{result}", NO_RESULT, FIX_LOOK, {"known": ", ".join(known)})


def _of_rule(where: str, rule: Content, looks: set[str], params: set[str]) -> Iterator[PackProblem]:
    for look in set(rule["needs"]) - looks:
        yield PackProblem(f"{where}.needs.{look}", NEEDS, FIX_LOOK, {"known": ", ".join(sorted(looks))})
    if "fix" not in rule and rule["outcome"] not in ("admit", "emergency"):
        yield PackProblem(where, NO_FIX)
    faults = list(certlogic.problems(rule["when"]))
    for fault in faults:
        yield PackProblem(f"{where}.when.{fault.where}", fault.text, params=fault.params)
    if not faults and certlogic.work(rule["when"]) > certlogic.MOST_WORK:
        yield PackProblem(f"{where}.when", certlogic.TOO_MUCH, params={"most": certlogic.MOST_WORK})
    elif not faults:
        yield from _of_paths(f"{where}.when", rule, params)


def _of_paths(where: str, rule: Content, params: set[str]) -> Iterator[PackProblem]:
    for path in sorted(certlogic.paths(rule["when"])):
        if path not in READABLE | params:
            known = ", ".join(sorted(READABLE))
            yield PackProblem(where, PATH, FIX_PATH, {"path": path, "known": known})
        elif path == f"checks.{Look.TEMPERATURE}" and Look.TEMPERATURE not in rule["needs"]:
            # a comparison of what nobody measured throws; words that nobody looked at are simply another word
            yield PackProblem(where, NOT_NEEDED, FIX_NEEDED, {"path": path})
