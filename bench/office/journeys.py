"""Figure 6: the office's journeys in the browser, in both languages, on a desk and on a phone.

First run to first gate, residents brought in, a row put right, a day printed, a key destroyed. Each page on the way is
looked over at 1440 and 360 pixels: axe, what Tab comes to, what is wider than the screen or too small for a thumb. The
pictures in docs/office are taken as the stories go. `python -m bench.office.journeys`.
"""

from __future__ import annotations

from bench.figures import ROOT, Figure, exactly
from bench.journeys import LANGUAGES, at_least, program, taken, walked

FIGURE = "6"
PICTURES = ROOT / "docs" / "office"
STORIES = {
    "test_an_empty_system_comes_to_its_first_gate": "first run to first gate, in each language and size",
    "test_residents_are_brought_in": "residents brought in, mended, taken back; two merged and parted",
    "test_a_wrong_row_is_put_right": "a row put right and back, the sheet and stays following",
    "test_a_day_is_printed": "a day as a sheet and on paper, numbered, its totals added up",
    "test_a_key_is_destroyed": "a key destroyed on the console, and by two administrators",
}
OTHERS = ("test_the_status_is_seen", "test_the_age_of_backups_is_seen")


def figures() -> list[Figure]:
    """All of them."""
    report = walked((*STORIES, *OTHERS), PICTURES)
    return [
        *(at_least(FIGURE, f"{words}: passed", report.passed(name), LANGUAGES) for name, words in STORIES.items()),
        exactly(FIGURE, "journeys failed or skipped, a flaw of a page among the reasons", len(report.wrong()), 0),
        *taken(FIGURE, PICTURES, 8),
    ]


if __name__ == "__main__":
    program(figures, "Walk the journeys of the office.")()
