"""A case asked of a pack rule by rule: what each said and why it was not asked. For the office's page and for tests."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from kakou.screening.certlogic import CannotEvaluate
from kakou.screening.certlogic.evaluating import is_true
from kakou.screening.rules.facts import Area, Case, facts_of
from kakou.screening.rules.verdicts import ANYBODY, Pack, result_of


class Asked(StrEnum):
    """What became of one rule."""

    FIRES = "fires"
    SILENT = "silent"
    NOT_LOOKED = "not_looked"  # something it needs was not looked at
    UNDECIDED = "undecided"


def ask_each(pack: Pack, case: Case, areas: Sequence[Area] = ()) -> dict[str, Asked]:
    """Rule → what became of it. Raises ValueError for a case whose days cannot be read."""
    facts = facts_of(case, areas, lookback_days=pack.params["lookback_days"])
    data = {**ANYBODY, **case, "facts": facts, "param": pack.params}
    found: dict[str, Asked] = {}
    for rule in pack.rules:
        if any(result_of(case, look) is None for look in rule.needs):
            found[rule.finding.id] = Asked.NOT_LOOKED
            continue
        try:
            found[rule.finding.id] = Asked.FIRES if is_true(rule.when(data)) else Asked.SILENT
        except CannotEvaluate:
            found[rule.finding.id] = Asked.UNDECIDED
    return found
