"""Figure 7: journeys in the browser, from the first case to the receipt of another office, in both languages.

Each page on the way is looked over on a desk and on a phone: axe, what Tab comes to and whether it is seen, what is
wider than the screen or too small for a thumb; and no page may complain or ask another host. The long story runs in
towns that `kakou serve` keeps; it takes the pictures in docs/tracing as it goes. `python -m bench.tracing.journeys`.
"""

from __future__ import annotations

import sys

import click

from bench.figures import ROOT, Figure, are_met, exactly, tell
from bench.reports import Report, ran

FIGURE = "7"
STORY = "test_a_case_is_traced_and_followed"
JOURNEYS = (
    STORY, "test_a_day_of_follow_up", "test_pictures_are_made_of_an_outbreak", "test_an_outbreak_is_seen",
)  # fmt: skip
LANGUAGES = 2
PICTURES = ROOT / "docs" / "tracing"
MOST_BYTES = 150_000  # of one picture
LONGEST = 2_400.0  # seconds


def figures() -> list[Figure]:
    """All of figure 7; the pictures in docs/tracing are taken anew."""
    report = _run([f"tests/journeys/{name}.py" for name in JOURNEYS])
    for one in report.wrong()[:20]:
        print("   ", one, file=sys.stderr)
    largest = max((file.stat().st_size for file in PICTURES.glob("*.png")), default=0)
    return [
        exactly(FIGURE, "case → trace → release → follow-up → hand-over: languages it was walked in",
                report.passed(f"{STORY}"), LANGUAGES),
        *(Figure(FIGURE, f"journeys passed: {name.removeprefix('test_').replace('_', ' ')}", report.passed(name), "",
                 ">= 1", report.passed(name) > 0) for name in JOURNEYS[1:]),
        exactly(FIGURE, "journeys failed or skipped", len(report.wrong()), 0),
        Figure(FIGURE, "pages of the long story, each looked over on desk and phone without a flaw",
               sum(report.told("pages_looked_at")), ""),
        Figure(FIGURE, "pictures in docs/tracing", sum(1 for _ in PICTURES.glob("*.png")), ""),
        Figure(FIGURE, "largest of them", largest, "B", f"<= {MOST_BYTES}", 0 < largest <= MOST_BYTES),
    ]  # fmt: skip


def _run(files: list[str]) -> Report:
    return ran("-rs", *files, env={"KAKOU_DOCS_PICTURES": str(PICTURES)}, timeout=LONGEST)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def main(as_json: bool) -> None:
    """Walk the journeys of tracing."""
    found = figures()
    tell(found, as_json=as_json)
    sys.exit(0 if are_met(found) else 1)


if __name__ == "__main__":
    main()
