"""Answers to questions about an outbreak, ready to be shown: to each reader the people and places of his own scope."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kakou.access.pages import nodes_held
from kakou.access.rules import Permission
from kakou.ledger.pages.frame import where_names
from kakou.ledger.queries.labels import labels
from kakou.places.models import Entrance, Unit
from kakou.places.rules import TITLES, UnitKind
from kakou.tracing.models import Involved, Question
from kakou.tracing.pages.frame import name_of
from kakou.tracing.pages.words import GRADES
from kakou.tracing.policy import Grade
from kakou.web.kit.signs import Sign

PERSON = 1
NOBODY = Sign(gettext_noop("No contact at all"), "go", "check")


@dataclass(frozen=True, slots=True)
class Spared:
    """Somebody whom a closing concerns. `name`: masked; `id`: of his row in the outbreak, None without one."""

    name: str
    place: str
    now: Sign
    then: Sign
    id: UUID | None


@dataclass(frozen=True, slots=True)
class Closed:
    """What a closing would have spared. `grades`: (sign, contacts as it was, as it would have been); `elsewhere`: how
    many of the people belong to units that the reader does not answer for, `more`: how many are not listed."""

    grades: list[tuple[Sign, int, int]]
    all_now: int
    all_then: int
    still: int
    people: list[Spared]
    elsewhere: int
    more: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """One place. `share`: of the first, in hundredths, by what the list is ranked by."""

    node: int
    name: str
    kind: str
    together_s: int
    pairs: int
    people: int
    case_s: int
    contacts: int
    share: int = 0

    @property
    def hours(self) -> int:
        """That people spent there together."""
        return self.together_s // 3_600

    @property
    def case_minutes(self) -> int:
        """Beside cases."""
        return self.case_s // 60

    @property
    def cells(self) -> tuple[str | int, ...]:
        """For a sheet."""
        return self.name, self.kind, self.together_s // 60, self.pairs, self.people, self.case_minutes, self.contacts


def closing_told(asked: Question) -> Closed:
    """See `Closed`."""
    told, mine = asked.answer, set(nodes_held(Permission.SEE_CASES))
    rows = told.get("people", [])
    shown = [(UUID(subject), node, now, then) for subject, node, now, then in rows if node in mine]
    masked = labels((subject, PERSON) for subject, *_rest in shown)
    names = where_names({node for _subject, node, *_rest in shown})
    known = dict(
        Involved.objects.filter(outbreak=asked.outbreak_id, subject__in=[one[0] for one in shown])
        .values_list("subject", "pk")
    )  # fmt: skip
    people = [
        Spared(
            name_of(masked[subject].text, masked[subject].mark), names.get(node, ""), GRADES[Grade(now)],
            GRADES[Grade(then)] if then != Grade.NONE else NOBODY, known.get(subject),
        )
        for subject, node, now, then in shown
    ]  # fmt: skip
    now, then = told.get("now", {}), told.get("then", {})
    return Closed(
        [(sign, now.get(grade.value, 0), then.get(grade.value, 0)) for grade, sign in GRADES.items()
         if grade is not Grade.NONE],
        sum(now.values()), sum(then.values()),
        told.get("there", 0) - told.get("gone", 0) - told.get("weaker", 0),
        people, len(rows) - len(shown), told.get("there", 0) - len(rows),
    )  # fmt: skip


def ranking_told(asked: Question, *, by_cases: bool) -> list[Ranked]:
    """Places in the reader's scope, by seconds together or by seconds beside cases."""
    rows = asked.answer.get("places", [])
    nodes = {row[0] for row in rows}
    names, kinds = where_names(nodes), _kinds(nodes)
    found = [Ranked(node, names[node], kinds.get(node, ""), *figures) for node, *figures in rows if node in names]
    if by_cases:
        found = sorted((one for one in found if one.contacts), key=lambda one: (-one.case_s, -one.contacts, one.node))
    else:
        found.sort(key=lambda one: (-one.together_s, -one.pairs, one.node))
    most = max((one.case_s if by_cases else one.together_s for one in found), default=0)
    return [_with_share(one, one.case_s if by_cases else one.together_s, most) for one in found]


def kinds_told(rows: Sequence[Ranked]) -> list[tuple[str, int]]:
    """Kind → hours together, of the places listed."""
    sums: Counter[str] = Counter()
    for one in rows:
        sums[one.kind] += one.together_s
    return [(kind, seconds // 3_600) for kind, seconds in sums.most_common() if seconds >= 3_600]


def _with_share(one: Ranked, value: int, most: int) -> Ranked:
    return Ranked(
        one.node, one.name, one.kind, one.together_s, one.pairs, one.people, one.case_s, one.contacts,
        value * 100 // most if most else 0,
    )  # fmt: skip


def _kinds(nodes: set[int]) -> dict[int, str]:
    """Node → the kind of its unit, or that it is a gate, in words."""
    units = Unit.objects.filter(node_id__in=nodes).values_list("node_id", "kind")
    gates = Entrance.objects.filter(node_id__in=nodes).values_list("node_id", flat=True)
    told = {node: _(TITLES[UnitKind(kind)]) for node, kind in units}
    return dict.fromkeys(gates, _("Gate")) | told
