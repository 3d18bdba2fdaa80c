"""Is an expression well formed, and what data does it read? Asked before a pack is taken, so that no gate meets it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from kakou.screening.certlogic.evaluating import OPERATIONS, is_integer, is_literal
from kakou.screening.certlogic.moments import UNITS

DEEPEST = 32  # levels; no rule of people is near it, and a phone's stack is small
_MANY = 1 << 10
MOST_WORK = 20_000  # parts asked for one verdict; the largest shipped rule asks some thirty
# how many operands: at least, at most
_OPERANDS: Mapping[str, tuple[int, int]] = {
    "if": (3, 3), "and": (2, _MANY), "!": (1, 1), "===": (2, 2), "in": (2, 2), "+": (2, 2), "plusTime": (3, 3),
    "dccDateOfBirth": (1, 1), "reduce": (3, 3), "extractFromUVCI": (2, 2),
    **dict.fromkeys(("<", ">", "<=", ">=", "before", "after", "not-after", "not-before"), (2, 3)),
}  # fmt: skip
assert set(_OPERANDS) == set(OPERATIONS)


class Problem(NamedTuple):
    """`where`: the way from the top, as "and.0.>=.1"; `text`: what is wrong, a msgid with `params`."""

    where: str
    text: str
    params: Mapping[str, object] = {}

    def __str__(self) -> str:
        return f"{self.where or 'top'}: {self.text % self.params if self.params else self.text}"


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "a text to be translated later"
    """Mark a msgid."""
    return text


TOO_DEEP = N_("This is nested too deeply.")
FRACTION = N_("%(value)s is a fraction. Write whole numbers: 37.3 °C is 373.")
NO_EXPRESSION = N_("This is no expression: it must be a text, a whole number, true, false, a list or one operation.")
UNKNOWN = N_("There is no operation called %(name)s. There is no “or” either: write it with ! and “and”.")
COUNT = N_("%(name)s takes %(least)d to %(most)d operands.")
VAR = N_("var takes one path as text.")
AMOUNT = N_("The second operand must be a whole number, not an expression.")
TOO_MUCH = N_("This asks more than %(most)d times for one verdict. Shorten its lists, and leave out reduce.")
UNIT = N_("The third operand must be year, month, day or hour.")


def problems(expression: Any, *, where: str = "", depth: int = 0) -> Iterator[Problem]:
    """Everything that is wrong with the form of `expression`; nothing for a valid one."""
    if depth > DEEPEST:
        yield Problem(where, TOO_DEEP)
    elif isinstance(expression, list):
        for place, item in enumerate(expression):
            yield from problems(item, where=_below(where, place), depth=depth + 1)
    elif isinstance(expression, float) and not is_integer(expression):
        yield Problem(where, FRACTION, {"value": expression})
    elif not is_literal(expression):
        yield from _of_operation(expression, where, depth)


def work(expression: Any) -> int:
    """How many parts of a valid expression are asked at most. A reduce asks its second part for every item of its list,
    which is one that is written out: no case holds a list that a rule may read.
    """
    return _work(expression, _longest(expression))


def _work(expression: Any, longest: int) -> int:
    if isinstance(expression, list):
        return 1 + sum(_work(item, longest) for item in expression)
    if not isinstance(expression, dict):
        return 1
    [(name, operands)] = expression.items()
    if name == "reduce":
        items, step, beginning = (_work(operand, longest) for operand in operands)
        return 1 + items + longest * step + beginning
    return _work(operands, longest)


def _longest(expression: Any) -> int:
    if isinstance(expression, list):
        return max(len(expression), *map(_longest, expression)) if expression else 0
    return max(map(_longest, expression.values())) if isinstance(expression, dict) else 0


def paths(expression: Any) -> frozenset[str]:
    """The paths of all `var` in a valid expression, those inside a lambda of reduce left out: they speak of its own
    context.
    """
    if isinstance(expression, list):
        return frozenset().union(*map(paths, expression))
    if not isinstance(expression, dict):
        return frozenset()
    [(name, operands)] = expression.items()
    if name == "var":
        return frozenset({operands})
    return paths([operands[0], operands[2]] if name == "reduce" else operands)


def _of_operation(expression: Any, where: str, depth: int) -> Iterator[Problem]:
    if not isinstance(expression, dict) or len(expression) != 1:
        yield Problem(where, NO_EXPRESSION)
        return
    [(name, operands)] = expression.items()
    here = _below(where, name)
    if name == "var":
        if not isinstance(operands, str):
            yield Problem(here, VAR)
    elif name not in _OPERANDS:
        yield Problem(here, UNKNOWN, {"name": str(name)[:40]})
    else:
        yield from _of_operands(name, operands, here, depth)


def _of_operands(name: str, operands: Any, here: str, depth: int) -> Iterator[Problem]:
    least, most = _OPERANDS[name]
    if not isinstance(operands, list) or not least <= len(operands) <= most:
        yield Problem(here, COUNT, {"name": name, "least": least, "most": most})
        return
    if name in ("plusTime", "extractFromUVCI") and not is_integer(operands[1]):
        yield Problem(_below(here, 1), AMOUNT)
    if name == "plusTime" and operands[2] not in UNITS:
        yield Problem(_below(here, 2), UNIT)
    evaluated = operands[:1] if name in ("plusTime", "extractFromUVCI") else operands
    for place, operand in enumerate(evaluated):
        yield from problems(operand, where=_below(here, place), depth=depth + 1)


def _below(where: str, place: object) -> str:
    return f"{where}.{place}" if where else str(place)
