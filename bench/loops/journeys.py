"""Figures 5 and 6: the article's two stories in the browser, and pages of orders, requests, deliveries and directives.

Each page on the way is looked over on a desk and on a phone: axe, what Tab comes to, what is wider than the screen or
too small for a thumb. The pictures in docs/loops are taken as the stories go. `python -m bench.loops.journeys`.
"""

from __future__ import annotations

from bench.figures import ROOT, Figure, exactly, measured
from bench.journeys import LANGUAGES, at_least, program, taken, walked

PICTURES = ROOT / "docs" / "loops"
VEHICLE = "test_a_goods_vehicle_is_driven_in_by_a_cadre"
FORKLIFT = "test_somebody_who_drives_a_forklift_is_found_inside"
REQUEST = "test_a_request_goes_from_a_chat_to_the_desk_and_back"
OTHERS = (REQUEST, "test_a_day_of_orders", "test_a_directive_is_acknowledged_on_a_phone")
MOST_BYTES = 60_000


def figures() -> list[Figure]:
    """All of 5 and 6."""
    report = walked((VEHICLE, FORKLIFT, *OTHERS), PICTURES)
    return [
        *(at_least("5", f"{words}: languages it was walked in", report.passed(name), LANGUAGES)
          for words, name in (("the goods vehicle", VEHICLE), ("the forklift driver", FORKLIFT))),
        *taken("5", PICTURES, 8),
        *(at_least("6", f"journeys passed: {name.removeprefix('test_').replace('_', ' ')}", report.passed(name), 1)
          for name in OTHERS),
        exactly("6", "journeys failed or skipped, a flaw of a page among the reasons", len(report.wrong()), 0),
        measured("6", "the resident's page and all that it loads, gzip", report.told("bytes_of_the_page"), "B",
                 most=MOST_BYTES),
    ]  # fmt: skip


if __name__ == "__main__":
    program(figures, "Walk the journeys of work orders.")()
