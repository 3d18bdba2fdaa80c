"""Figure 6: the office's journeys in the browser, in both languages, on a desk and on a phone.

First run to first gate, residents brought in, a row put right, a day printed, a key destroyed. Each page on the way is
looked over at 1440 and 360 pixels: axe, what Tab comes to, what is wider than the screen or too small for a thumb. The
pictures in docs/office are taken as the stories go. `python -m bench.office.journeys`.
"""

from __future__ import annotations

import sys

import click

from bench.figures import ROOT, Figure, are_met, exactly, tell
from bench.reports import ran

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
LANGUAGES = 2
MOST_PICTURE = 150_000  # bytes
LONGEST = 2_400.0  # seconds


def figures() -> list[Figure]:
    """All of them; the pictures are taken anew."""
    files = [f"tests/journeys/{name}.py" for name in (*STORIES, *OTHERS)]
    report = ran("-rs", *files, env={"KAKOU_DOCS_PICTURES": str(PICTURES)}, timeout=LONGEST)
    for one in report.wrong()[:20]:
        print("   ", one, file=sys.stderr)
    taken = [file.stat().st_size for file in PICTURES.glob("*.png")]
    return [
        *(Figure(FIGURE, f"{words}: passed", report.passed(name), "", f">= {LANGUAGES}",
                 report.passed(name) >= LANGUAGES) for name, words in STORIES.items()),
        exactly(FIGURE, "journeys failed or skipped, a flaw of a page among the reasons", len(report.wrong()), 0),
        Figure(FIGURE, "pictures in docs/office", len(taken), "", ">= 8", len(taken) >= 8),
        Figure(FIGURE, "largest of them", max(taken, default=0), "B", f"<= {MOST_PICTURE}",
               0 < max(taken, default=0) <= MOST_PICTURE),
    ]  # fmt: skip


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def main(as_json: bool) -> None:
    """Walk the journeys of the office."""
    found = figures()
    tell(found, as_json=as_json)
    sys.exit(0 if are_met(found) else 1)


if __name__ == "__main__":
    main()
