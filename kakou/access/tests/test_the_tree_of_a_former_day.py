"""Worked out backwards from the tree of now, it is the tree that stood; generated."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from kakou.access.scope.former import Moved, parents_at, shares, unchanged

DAY = dt.datetime(2021, 8, 1, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
NODES = range(1, 8)


def above(tree, node):
    found = []
    while node is not None:
        found.append(node)
        node = tree[node]
    return found


@st.composite
def histories(draw):
    """A tree, and moves of it: each kept with the tree that stood after it."""
    tree = {1: None} | {node: draw(st.integers(1, node - 1)) for node in NODES[1:]}
    trees, moves, at = [(DAY - HOUR, dict(tree))], [], DAY
    for node, to, wait in draw(
        st.lists(st.tuples(st.sampled_from(NODES[1:]), st.sampled_from(NODES), st.integers(0, 2)))
    ):
        if node in above(tree, to):
            continue  # it cannot hang below itself
        at += wait * HOUR
        moves.append(Moved(node, tree[node], to, at))
        tree[node] = to
        trees.append((at, dict(tree)))
    return tree, moves, trees


def stood(trees, at):
    """By playing forward."""
    return [tree for since, tree in trees if since <= at][-1]


@given(histories(), st.integers(-1, 20))
def test_it_is_the_one_that_stood(history, hours):
    now, moves, trees = history
    at = DAY + hours * HOUR
    assert parents_at(now, moves, at) == stood(trees, at)


@given(histories(), st.lists(st.tuples(st.sampled_from(NODES), st.integers(0, 40))))
def test_every_passage_counts_in_one_part_and_all_parts_make_the_whole(history, passages):
    """Passages (gate, quarters of an hour) of a window, counted by pieces in which nothing moved."""
    now, moves, trees = history
    start, end = DAY, DAY + 10 * HOUR
    times = [(gate, DAY + quarter * HOUR / 4) for gate, quarter in passages]
    counted = {}
    for begin, until in unchanged(moves, start, end):
        tree = parents_at(now, moves, begin)
        tops = {node for node, parent in tree.items() if parent == 1} | {1}
        whose = shares(tree, tops)
        assert set(whose) == set(NODES)
        for gate, at in times:
            if begin <= at < until:
                counted[whose[gate]] = counted.get(whose[gate], 0) + 1
    expected = {}
    for gate, at in times:
        if start <= at < end:
            line = above(stood(trees, at), gate)
            unit = line[-2] if len(line) > 1 else 1
            expected[unit] = expected.get(unit, 0) + 1
    assert counted == expected
