"""However many places lie close together, a map of them is drawn in little time: anybody may open one."""

import time

from kakou.places.geo.drawn import Drawn, draw_map
from kakou.places.geo.view import around, view_of
from kakou.places.tests.mapped import point

MOST = 2_000


def test_a_map_of_more_numbers_than_fit_takes_little_time():
    places = [
        Drawn(n, f"garden {n}", point(117.95 + n % 45 * 1e-3, 33.9 + n // 45 * 1e-3), href="/") for n in range(1, MOST)
    ]
    view = view_of(around(one.shape.bounds for one in places), 296, tallest=370)
    begun = time.process_time()
    drawn = draw_map("map", places, view, str)
    assert time.process_time() - begun < 4
    assert all(f'aria-label="{one.number}. {one.name}"' in drawn for one in places)
