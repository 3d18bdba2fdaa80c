"""Figure 1 of the open loops: a drill day of 2,000 causes from every source, with seeded failures, retries and kill -9
of the worker.

    python -m bench.loops.day [--json]

Plays the whole days of tests/loops, three seeds, and reads what they counted. Minutes each, on two quiet cores.
"""

from __future__ import annotations

import sys

from bench.figures import Figure, are_met, exactly, measured, tell, unmeasured
from bench.reports import Report, ran

FIGURE, DAYS, CAUSES, KILLS = "1", 3, 2_000, 8
LONGEST = 3_600.0  # seconds
NONE_OF_THESE = {
    "lost": "causes without their order",
    "doubled": "causes with two orders",
    "unowned": "orders open without an owner or a due time",
    "unexplained": "orders that no source explains",
    "open": "orders still open though their matter healed or somebody closed them",
    "closed": "orders closed though nothing healed and nobody closed them",
    "steps": "orders whose steps do not tell what became of them",
    "without evidence": "orders closed without evidence",
}
TOLD = {
    "orders": "orders", "in_transaction": "kills in the middle of a transaction", "sent twice": "sent twice or more",
    "torn before the commit": "broken off before the commit, and tried again",
    "connection cut": "connections cut within a transaction, and tried again",
}  # fmt: skip


def figures(report: Report) -> list[Figure]:
    """What the days counted; a day that failed is counted too, and its figures say how."""
    causes = report.told("causes", only_passed=False)
    if len(causes) != DAYS:
        return [unmeasured(FIGURE, f"a drill day: {len(causes)} of {DAYS} were played to their end")]
    return [
        measured(FIGURE, "causes of a day", causes, "", least=CAUSES),
        measured(FIGURE, "kill -9 of a worker, a day", report.told("kills", only_passed=False), "", least=KILLS),
        exactly(FIGURE, "days in which something went wrong", len(report.wrong()), 0),
        *(
            exactly(FIGURE, words, sum(report.told(what, only_passed=False)), 0)
            for what, words in NONE_OF_THESE.items()
        ),
        *(
            measured(FIGURE, f"{words}, a day", report.told(what, only_passed=False) or [0], "")
            for what, words in TOLD.items()
        ),
        measured(FIGURE, "a day", report.told("seconds", only_passed=False), "s"),
    ]


def played() -> Report:
    """The days, played one after the other."""
    return ran("-n", "0", "-m", "chaos", "-k", "test_a_whole_day", "tests/loops", env={}, timeout=LONGEST)


def main(arguments: list[str]) -> int:
    """0 when every figure is met."""
    found = figures(played())
    tell(found, as_json="--json" in arguments)
    return 0 if are_met(found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
