import tracemalloc

from kakou.drill.days import uploads
from kakou.drill.tests.stories import story


def peak_of(people: int, days: int) -> int:
    tracemalloc.start()
    try:
        for _ in uploads(story(people=people, days=days)):
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_more_days_need_no_more_memory():
    assert peak_of(400, 6) < peak_of(400, 2) * 1.5 + 2**20


def test_twenty_thousand_people_stay_under_fifty_megabytes():
    assert peak_of(2_500, 1) * 8 < 50 * 2**20  # an eighth of the people; what is held grows with the people of a day
