from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kakou.web.sse.ticket import LASTS, issue, read, spans

NODES = st.frozensets(st.integers(1, 2000))


@given(st.dictionaries(st.sampled_from(["ledger", "orders"]), NODES), st.integers(0, 2**40))
def test_what_is_read_is_what_was_issued(scopes, now):
    ticket = read(issue(scopes, holder=7, now=now), now=now)
    assert ticket is not None
    assert dict(ticket.scopes.items()) == scopes
    assert read(issue(scopes, holder=7, now=now), now=now + LASTS) is None


@given(NODES)
def test_runs_hold_each_node_once(nodes):
    assert [node for first, last in spans(nodes) for node in range(first, last + 1)] == sorted(nodes)


def test_a_county_fits_into_a_cookie():
    county = set(range(1, 20_001)) - set(range(1, 20_001, 997))  # ten thousand gates, some moved elsewhere
    assert len(issue({"ledger": county, "orders": county}, holder=7, now=0)) < 1000


def test_it_hears_by_the_head_of_the_topic():
    ticket = read(issue({"ledger": [4]}, holder=7, now=1000), now=1000)
    assert ticket is not None
    assert ticket.hears("ledger.passages", 4)
    assert not ticket.hears("ledger.passages", 5)
    assert not ticket.hears("orders.opened", 4)
