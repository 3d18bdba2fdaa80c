"""What was looked at and decided at some gates: verdicts, their reasons, masks, what was left out, by which rules."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count, F, Func, Q, QuerySet, TextField
from django.db.models.fields.json import KT

from kakou.ledger.models import Passage
from kakou.ledger.queries.day import Window, held
from kakou.screening.rules import STOPPED, Mask, Verdict


class Reason(NamedTuple):
    """How often a reason stood in a verdict of one version of the rules."""

    reason: str
    version: str
    many: int


class LeftOut(NamedTuple):
    """How often a look was left out for a reason of the rules."""

    look: str
    reason: str
    version: str
    many: int


@dataclass(frozen=True, slots=True)
class Checks:
    """Counts over a window. `guided`: somebody was told how to wear the mask; `corrected`: it was put right then."""

    verdicts: dict[Verdict, int]
    reasons: Sequence[Reason]
    masks: dict[Mask, int]
    guided: int
    corrected: int
    left_out: Sequence[LeftOut]
    versions: Sequence[tuple[str, int]]

    @property
    def total(self) -> int:
        """Everybody who was judged."""
        return sum(many for verdict, many in self.verdicts.items() if verdict)


def checks_of(asked: Window) -> Checks:
    """The counts of the window: five queries, whatever its size."""
    passages = held(asked)
    judged = passages.exclude(verdict=Verdict.NONE)
    masks = passages.values("mask").annotate(
        n=Count("id"),
        guided=Count("id", Q(detail__mask_guided=True)),
        right=Count("id", Q(detail__mask_corrected=True)),
    )
    rows = list(masks.values_list("mask", "n", "guided", "right"))
    return Checks(
        verdicts={Verdict(verdict): n for verdict, n in _counted(passages, "verdict")},
        reasons=[Reason(*row) for row in _counted(judged.annotate(one=_each("reasons")), "one", "pack")],
        masks={Mask(mask): n for mask, n, _, _ in rows},
        guided=sum(guided for _, _, guided, _ in rows),
        corrected=sum(right for _, _, _, right in rows),
        left_out=_left_out(passages),
        versions=[(version, n) for version, n in _counted(judged, "pack")],
    )


def turned_back(asked: Window) -> QuerySet[Passage]:
    """Who was persuaded back, held or referred, the latest first, let pass all the same or not."""
    return held(asked).filter(verdict__in=[int(verdict) for verdict in STOPPED]).order_by("-happened_at", "-id")


def _left_out(passages: QuerySet[Passage]) -> list[LeftOut]:
    """One entry per look: the object is small, and few passages have one."""
    found: Counter[tuple[str, str, str]] = Counter()
    rows = passages.filter(detail__has_key="skipped").values("pack").annotate(said=KT("detail__skipped"), n=Count("id"))
    for version, said, n in rows.values_list("pack", "said", "n"):
        for look, reason in json.loads(said).items():
            found[look, reason, version] += n
    return [LeftOut(*key, many) for key, many in sorted(found.items(), key=lambda item: (-item[1], item[0]))]


def _counted(passages: QuerySet[Passage], *names: str) -> list[tuple[Any, ...]]:
    rows = passages.values(*names).annotate(n=Count("id")).order_by("-n", *names)
    return list(rows.values_list(*names, "n"))


def _each(name: str) -> Func:
    return Func(F(name), function="unnest", output_field=TextField())
