from hypothesis import given
from hypothesis import strategies as st

from kakou.ledger.lane.chain import START, Chain, Link, extend


def links(count, first=1):
    return [Link(n, START if n == 1 else bytes([n - 1]) * 32, bytes([n]) * 32) for n in range(first, first + count)]


@given(st.permutations(links(12)), st.lists(st.integers(0, 12), max_size=4))
def test_it_is_whole_in_whatever_order_and_pieces_it_comes(order, cuts):
    chain, last = Chain(), 0
    for cut in [*sorted(cuts), 12]:
        chain, last = extend(chain, order[last:cut]), cut
    assert chain.gaps == []
    assert chain.forks == ()
    assert chain.head == (12, bytes([12]) * 32)
    assert len(chain.runs) == 1


@given(st.sets(st.integers(1, 12), max_size=11))
def test_it_names_every_number_that_is_missing(gone):
    chain = extend(Chain(), [link for link in links(12) if link.seq not in gone])
    missing = {n for first, last in chain.gaps for n in range(first, last + 1)}
    assert missing == {n for n in gone if n < chain.head[0]}
    assert chain.forks == ()


@given(st.integers(1, 12), st.permutations(range(13)))
def test_two_items_of_one_number_are_a_fork(seq, order):
    everything = [*links(12), Link(seq, bytes(32), b"x" * 32)]
    chain = extend(Chain(), [everything[i] for i in order])
    assert seq in chain.forks
    assert chain.gaps == []


def test_an_item_that_names_another_one_before_it_is_a_fork():
    one, two, three = links(3)
    chain = extend(extend(Chain(), [one, three]), [two._replace(prev=b"?" * 32)])
    assert chain.forks == (2,)


def test_a_first_item_that_names_one_before_it_is_a_fork():
    assert extend(Chain(), [Link(1, b"?" * 32, b"!" * 32)]).forks == (1,)
