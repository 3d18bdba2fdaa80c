"""`make show-screening`: every figure that screening must show, in one run, from a fresh clone of this commit.

Prints as it goes and ends with one table (median, spread, target, load, commit), kept in build/show-screening.json too.
Counts are those that the tests themselves counted and put into their reports; a test that failed has told nothing but
that it failed. `python -m bench.show_screening 1 4` runs some of the steps only.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from bench.figures import Figure, exactly, measured, unmeasured
from bench.reports import Report
from bench.show import Clone, Step, all_passed, bench, show

SCREENING = "kakou/screening"
SUITE, FLAGGED, NATIONAL = 218, {"assertion": 4, "file": 10}, 847
LAYERS = (
    "VERIFY", "PICTUREDECODE", "UNPREFIX", "B45DECODE", "COMPRESSION", "DECODE", "VALIDJSON", "EXPIRATIONCHECK",
    "KEYUSAGE",
)  # fmt: skip
SIGNED, FORGED = 127, 4  # EXPECTEDVERIFY true and false
EXAMPLES, WITHDRAWN = 3, 1
MUTANTS, MOST_MEMORY = 100_000, 64
VECTORS, RANDOM = 200, 10_000
GROUPED = ": "  # in the names of the shared cases: group and name
JOURNEY = "tests/journeys/test_rules_reach_the_gate.py"


def certlogic(clone: Clone) -> list[Figure]:
    """1: the public suite of CertLogic and the national rules, in Python and in TypeScript."""
    python = clone.pytest(f"{SCREENING}/certlogic")
    phone = clone.vitest("tests/certlogic.test.ts")
    return [
        *of_suite("Python", python),
        *all_passed("1", "tests of CertLogic in Python", python),
        *of_suite("TypeScript", phone),
        *all_passed("1", "tests of CertLogic in TypeScript", phone),
    ]


def of_suite(side: str, report: Report) -> Iterator[Figure]:
    """What one side counted: how many there are, what the suite itself flags to be skipped, and how many passed."""
    for bearer, count in FLAGGED.items():
        name = f"{side}: suite, not run, for its own {bearer} flags it to be skipped"
        yield counted("1", name, report, f"suite: flagged by its {bearer}", count)
    for what, count in (("suite", SUITE), ("national rules", NATIONAL)):
        yield counted("1", f"{side}: {what}, run", report, f"{what}: ran", count, only_passed=False)
        yield counted("1", f"{side}: {what}, passed", report, f"{what}: passed", count, only_passed=False)


def credentials(clone: Clone) -> list[Figure]:
    """2: EU certificates and SMART Health Cards, each expectation at its own layer."""
    report = clone.pytest(f"{SCREENING}/credentials", "-m", "not chaos")
    return [*of_layers(report), *of_cards(report), *all_passed("2", "tests of credentials", report)]


def of_layers(report: Report) -> Iterator[Figure]:
    """Of the EU's vectors; the issue names two of the numbers, of the others all that are expected must have run."""
    named = {"VERIFY: to pass": SIGNED, "VERIFY: to be refused": FORGED}
    for layer in LAYERS:
        for way, done in (("to pass", "and did"), ("to be refused", "and was")):
            what = f"{layer}: {way}"
            yield counted("2", f"EU vectors, {what}, {done}", report, f"dcc {what}", named.get(what))
    unknown = "KEYUSAGE: unknown, never fitting"
    yield counted("2", f"EU vectors, {unknown}", report, f"dcc {unknown}")


def of_cards(report: Report) -> Iterator[Figure]:
    """Of the SMART Health Cards."""
    yield counted("2", "SMART Health Cards, examples verified", report, "shc: examples verified", EXAMPLES)
    at = [name for name in report.names() if name.startswith("shc: malformed")]
    for name in at or ["shc: malformed"]:
        yield counted("2", f"SMART Health Cards, {name.partition(': ')[2]}", report, name)
    name = "shc: withdrawn by a list, refused"
    yield counted("2", f"SMART Health Cards, {name.partition(': ')[2]}", report, name, WITHDRAWN)


def fuzz(clone: Clone) -> list[Figure]:
    """3: a hundred thousand mutated credentials."""
    path = f"{SCREENING}/credentials/tests/test_nothing_forged_is_accepted.py"
    report = clone.pytest(path, "-m", "chaos", "--timeout", "3600")
    return [*of_mutants(report), *all_passed("3", "test of the fuzz", report)]


def of_mutants(report: Report) -> Iterator[Figure]:
    """How they were taken, and what they cost. Told of a run that failed, too: that is when one wants to know."""
    seed = ", ".join(f"{number:.0f}" for number in report.told("fuzz: seed", only_passed=False)) or "unknown"
    for name, expected in (("mutants", MUTANTS), ("forged and taken", 0), ("crashed", 0)):
        yield counted("3", f"{name} (seed {seed})", report, f"fuzz: {name}", expected, only_passed=False)
    for name in ("refused", "signed bytes unchanged, taken", "signed again"):
        told = report.told(f"fuzz: {name}", only_passed=False)
        yield taken("3", f"mutants {name}", told, "")
    yield taken("3", "memory grown, at most", report.told("fuzz: memory MB", only_passed=False), "MB", MOST_MEMORY)
    slowest = [report.told(f"fuzz: {name}", only_passed=False) for name in ("slowest ms", "slowest ms again")]
    yield taken("3", "CPU of the slowest mutant", slowest[0], "ms")
    yield taken("3", "CPU of the same, tried three times more", slowest[1], "ms")


def reaches_a_gate(clone: Clone) -> list[Figure]:
    """5: a pack that the office edits reaches a device, and passages carry the version they were judged by."""
    if not (clone.checkout / JOURNEY).exists():
        return [unmeasured("5", f"NOT THERE: {JOURNEY}")]
    return all_passed("5", "an edited pack reaches the gate", clone.with_browser().pytest(JOURNEY))


def speed(clone: Clone) -> list[Figure]:
    """4: verdicts in Python and in a page, certificates beside their signatures."""
    return bench("screening")(clone.with_browser())


def alike(clone: Clone) -> list[Figure]:
    """Verdicts: the shared cases on both sides, and random cases that both judge."""
    judged = "test_it_is_judged_as_it_must_be"
    python = clone.pytest(
        f"{SCREENING}/tests/test_a_verdict_says_why.py", f"{SCREENING}/tests/test_server_and_phone_judge_alike.py",
        env={"KAKOU_RANDOM_CASES": str(RANDOM)},
    )  # fmt: skip
    phone = clone.vitest("tests/verdict.test.ts")
    shared = python.passed(name=judged)
    return [
        at_least("verdict", "shared cases judged as they must be, Python", shared, VECTORS),
        exactly("verdict", "the same in TypeScript", phone.passed(name=GROUPED), shared),
        *of_random(python),
        *all_passed("verdict", "tests of verdicts, Python", python),
        *all_passed("verdict", "tests of verdicts, TypeScript", phone),
    ]


def of_random(report: Report) -> Iterator[Figure]:
    """Random cases that both sides judged; one that they judge differently fails its test."""
    name, told = "random cases judged alike on both sides", report.told("cases judged alike")
    yield at_least("verdict", name, sum(told), RANDOM) if told else untold("verdict", name, f">= {RANDOM}")


def counted(
    figure: str, name: str, report: Report, count: str, expected: float | None = None, *, only_passed: bool = True
) -> Figure:
    """A count that tests told, all of them together. Without `expected`, that it was told by tests that passed is all
    that is asked.
    """
    told = report.told(count, only_passed=only_passed)
    if not told:
        return untold(figure, name, "all of them" if expected is None else f"= {expected:g}")
    if expected is None:
        return Figure(figure, name, sum(told), "", "all of them", True)
    return exactly(figure, name, sum(told), expected)


def taken(figure: str, name: str, told: Sequence[float], unit: str, most: float | None = None) -> Figure:
    """A measurement that a test told; where there is no bound it is told only."""
    if not told:
        return untold(figure, name, "told" if most is None else f"<= {most:g}")
    return measured(figure, name, told, unit, most=most)


def untold(figure: str, name: str, target: str) -> Figure:
    """What no test told, because none ran or none passed."""
    return unmeasured(figure, f"NOT TOLD by any test: {name}", target)


def at_least(figure: str, name: str, value: float, least: float) -> Figure:
    """A count that may be more."""
    return Figure(figure, name, value, "", f">= {least:g}", value >= least)


STEPS: tuple[tuple[str, Step], ...] = (
    ("1", certlogic),
    ("2", credentials),
    ("3", fuzz),
    ("4", speed),
    ("5", reaches_a_gate),
    ("verdict", alike),
)


if __name__ == "__main__":
    sys.exit(show("screening", STEPS, sys.argv[1:]))
