"""One ECDSA verification cannot be avoided; all the rest of a certificate may not cost much more than that again."""

from statistics import median

from bench.credentials import dcc_rounds


def test_all_of_it_costs_less_than_four_signatures():
    """What it must cost is measured by `kakou bench screening`; here only a mistake of magnitude is caught."""
    dcc_rounds(20)
    whole, bare = dcc_rounds(300)
    assert median(whole) < 4 * median(bare)
