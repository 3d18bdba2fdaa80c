"""Figures 5 and 6: the article's two stories in the browser, and pages of orders, requests, deliveries and directives.

Each page on the way is looked over on a desk and on a phone: axe, what Tab comes to, what is wider than the screen or
too small for a thumb. The pictures in docs/loops are taken as the stories go. `python -m bench.loops.journeys`.
"""

from __future__ import annotations

import sys

import click

from bench.figures import ROOT, Figure, are_met, exactly, measured, tell
from bench.reports import Report, ran

PICTURES = ROOT / "docs" / "loops"
VEHICLE = "test_a_goods_vehicle_is_driven_in_by_a_cadre"
FORKLIFT = "test_somebody_who_drives_a_forklift_is_found_inside"
REQUEST = "test_a_request_goes_from_a_chat_to_the_desk_and_back"
OTHERS = (REQUEST, "test_a_day_of_orders", "test_a_directive_is_acknowledged_on_a_phone")
LANGUAGES = 2
MOST_BYTES, MOST_PICTURE = 60_000, 150_000
LONGEST = 2_400.0  # seconds


def figures() -> list[Figure]:
    """All of 5 and 6; the pictures are taken anew."""
    report = _run([f"tests/journeys/{name}.py" for name in (VEHICLE, FORKLIFT, *OTHERS)])
    for one in report.wrong()[:20]:
        print("   ", one, file=sys.stderr)
    taken = [file.stat().st_size for file in PICTURES.glob("*.png")]
    return [
        *(_at_least("5", f"{words}: languages it was walked in", report.passed(name), LANGUAGES)
          for words, name in (("the goods vehicle", VEHICLE), ("the forklift driver", FORKLIFT))),
        _at_least("5", "pictures in docs/loops", len(taken), 8),
        Figure("5", "largest of them", max(taken, default=0), "B", f"<= {MOST_PICTURE}",
               0 < max(taken, default=0) <= MOST_PICTURE),
        *(_at_least("6", f"journeys passed: {name.removeprefix('test_').replace('_', ' ')}", report.passed(name), 1)
          for name in OTHERS),
        exactly("6", "journeys failed or skipped, a flaw of a page among the reasons", len(report.wrong()), 0),
        measured("6", "the resident's page and all that it loads, gzip", report.told("bytes_of_the_page"), "B",
                 most=MOST_BYTES),
    ]  # fmt: skip


def _at_least(figure: str, name: str, value: float, least: float) -> Figure:
    return Figure(figure, name, value, "", f">= {least:g}", value >= least)


def _run(files: list[str]) -> Report:
    return ran("-rs", *files, env={"KAKOU_DOCS_PICTURES": str(PICTURES)}, timeout=LONGEST)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def main(as_json: bool) -> None:
    """Walk the journeys of work orders."""
    found = figures()
    tell(found, as_json=as_json)
    sys.exit(0 if are_met(found) else 1)


if __name__ == "__main__":
    main()
