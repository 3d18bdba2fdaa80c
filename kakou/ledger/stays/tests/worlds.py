"""Small worlds for the fold: nested enclosures and everything that can be read at their gates."""

from hypothesis import strategies as st

from kakou.ledger.stays import Direction, Topology

# 1 is a town with compounds 2 and 3; house 4 lies in 2; camp 5 stands apart. Gates: 10n and 10n+1 of enclosure n.
TOWN, EAST, WEST, HOUSE, CAMP = 1, 2, 3, 4, 5
ROAD_READER = 90  # stands in no enclosure
INNER_READER = 91  # stands in EAST: whatever is read there is through
TOPOLOGY = Topology(
    gates={10 * n + side: n for n in (TOWN, EAST, WEST, HOUSE, CAMP) for side in (0, 1)}
    | {ROAD_READER: 0, INNER_READER: EAST},
    outer={TOWN: 0, EAST: TOWN, WEST: TOWN, HOUSE: EAST, CAMP: 0},
    readers=frozenset({INNER_READER}),
    visit_ms={EAST: 3, CAMP: 0},
    absence_ms={TOWN: 5},
)
UNKNOWN_GATE = 99
GATES = [*TOPOLOGY.gates, UNKNOWN_GATE]

homes = st.frozensets(st.sampled_from([TOWN, EAST, WEST, HOUSE, CAMP, 77]), max_size=2)


@st.composite
def histories(draw, max_size=14, least_time=0):
    """Crossings with unique ids, some correcting others: chains, forks, circles, originals that never came."""
    ids = draw(st.lists(st.integers(1, 60), unique=True, max_size=max_size))
    corrects = st.one_of(st.just(0), st.just(0), st.integers(1, 60))
    return [
        (
            draw(st.integers(least_time, least_time + 20)),
            number,
            draw(st.sampled_from(GATES)),
            int(draw(st.sampled_from([Direction.IN, Direction.OUT, Direction.IN, Direction.OUT, Direction.THROUGH]))),
            draw(st.sampled_from([True, True, True, False])),
            draw(corrects.filter(lambda other, own=number: other != own)),
            draw(st.sampled_from([-1, -1, 0, 4])),
            draw(st.booleans()),
        )
        for number in ids
    ]


def reading(at, gate, direction, number=None, crossed=True, corrects=0, allowance=-1, overridden=False):
    """One crossing in words; its id (`number`) is its time unless told."""
    return (at, number or at, gate, int(direction), crossed, corrects, allowance, overridden)
