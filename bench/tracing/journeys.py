"""Figure 7: journeys in the browser, from the first case to the receipt of another office, in both languages.

Each page on the way is looked over on a desk and on a phone: axe, what Tab comes to and whether it is seen, what is
wider than the screen or too small for a thumb; and no page may complain or ask another host. The long story runs in
towns that `kakou serve` keeps; it takes the pictures in docs/tracing as it goes. `python -m bench.tracing.journeys`.
"""

from __future__ import annotations

from bench.figures import ROOT, Figure, exactly
from bench.journeys import LANGUAGES, at_least, program, taken, walked

FIGURE = "7"
STORY = "test_a_case_is_traced_and_followed"
JOURNEYS = (
    STORY, "test_a_day_of_follow_up", "test_pictures_are_made_of_an_outbreak", "test_an_outbreak_is_seen",
)  # fmt: skip
PICTURES = ROOT / "docs" / "tracing"


def figures() -> list[Figure]:
    """All of figure 7; the pictures in docs/tracing are taken anew."""
    report = walked(JOURNEYS, PICTURES)
    return [
        exactly(FIGURE, "case → trace → release → follow-up → hand-over: languages it was walked in",
                report.passed(STORY), LANGUAGES),
        *(at_least(FIGURE, f"journeys passed: {name.removeprefix('test_').replace('_', ' ')}", report.passed(name), 1)
          for name in JOURNEYS[1:]),
        exactly(FIGURE, "journeys failed or skipped", len(report.wrong()), 0),
        Figure(FIGURE, "pages of the long story, each looked over on desk and phone without a flaw",
               sum(report.told("pages_looked_at")), ""),
        *taken(FIGURE, PICTURES, 1),
    ]  # fmt: skip


if __name__ == "__main__":
    program(figures, "Walk the journeys of tracing.")()
