"""The figures of a drill day are what its days counted, those that failed too."""

from bench.loops.day import DAYS, figures
from bench.reports import Ran, Report

COUNTS = {"causes": 2004, "orders": 1800, "kills": 9, "seconds": 300, "sent twice": 200}


def day(outcome="passed", **counts):
    return Ran("tests.loops", "test_a_whole_day", outcome, list((COUNTS | counts).items()))


def missed(*days):
    return [figure.name for figure in figures(Report(days)) if figure.met is False]


def test_what_was_counted_is_met():
    assert missed(*[day()] * DAYS) == []


def test_an_order_that_is_lost_on_one_day_is_told():
    assert missed(day(), day("failed", lost=1), day()) == [
        "days in which something went wrong", "causes without their order",
    ]  # fmt: skip


def test_a_day_that_did_not_end_leaves_the_figure_unmeasured():
    [one] = figures(Report([day(), day()]))
    assert (one.met, one.value) == (False, None)
