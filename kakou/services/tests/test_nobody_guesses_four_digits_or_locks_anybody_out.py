"""The last four of a number are told wrongly so often and no more over the life of a request; then the whole number is
asked for, which nobody guesses and whoever reported knows: a stranger can neither get in nor lock the reporter out."""

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from kakou.audit.models import Event
from kakou.services.pages import following
from kakou.services.queries.following import MOST_WRONG
from kakou.services.tests.asking import DAY, HOUR, PHONE, asked, fresh, places
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
__all__ = ["places"]


@pytest.fixture
def lamp(places):
    cache.clear()
    return asked(places.garden.pk)


def follow(code, digits, *, at=AT):
    with time_machine.travel(at, tick=False):
        return Client(headers={"accept-language": "en"}).post("/s/follow/", {"code": code, "last_four": digits})


def tried_to_the_end(code):
    """By a stranger, ten an hour."""
    for number in range(MOST_WRONG):
        assert follow(code, f"{number:04}", at=AT + number // 10 * HOUR * 2).status_code == 422


def test_over_its_life_so_many_and_no_more(lamp):
    tried_to_the_end(lamp.code)
    assert fresh(lamp).wrong == MOST_WRONG
    later = AT + DAY
    refused = follow(lamp.code, "5678", at=later)
    assert refused.status_code == 422
    said = [answer.context["form"].non_field_errors() for answer in (refused, follow(lamp.code, "0000", at=later))]
    assert said[0] == said[1]
    assert fresh(lamp).wrong == MOST_WRONG
    assert Event.objects.using("owner").filter(action="request.locked", subject=str(lamp.pk)).count() == 1


def test_whoever_reported_is_never_locked_out(lamp):
    assert follow(lamp.code, "13812345678").status_code == 200
    tried_to_the_end(lamp.code)
    for number in range(30):  # and the stranger goes on
        follow(lamp.code, f"138000000{number:02}", at=AT + DAY)
        follow(lamp.code, "1111", at=AT + DAY)
    with time_machine.travel(AT + DAY, tick=False):
        mine = Client(headers={"accept-language": "en"}, REMOTE_ADDR="10.1.2.3")
        for digits in (PHONE, "138 1234 5678"):
            assert mine.post("/s/follow/", {"code": lamp.code, "last_four": digits}).status_code == 200


def test_the_right_four_count_as_nothing_and_forgive_nothing(lamp):
    follow(lamp.code, "0000")
    assert follow(lamp.code, "5678").status_code == 200
    assert fresh(lamp).wrong == 1


def test_the_whole_number_is_not_counted_and_a_wrong_one_opens_nothing(lamp):
    for digits in ("13812345679", "no number at all", "+8613812345670"):
        assert follow(lamp.code, digits).status_code == 422
    assert fresh(lamp).wrong == 0


def test_the_desk_sees_it_and_lets_the_four_be_enough_again(lamp, client, cast):
    tried_to_the_end(lamp.code)
    with time_machine.travel(AT + DAY, tick=False):
        sign_in(client, cast.worker)
        client.cookies["django_language"] = "en"
        assert "the whole number is asked for" in client.get(f"/services/{lamp.pk}/").content.decode()
        assert client.post(f"/services/{lamp.pk}/unlock/").status_code == 302
    assert follow(lamp.code, "5678", at=AT + DAY).status_code == 200
    assert Event.objects.using("owner").filter(action="request.unlocked").count() == 1


def test_counts_are_counted_once_in_a_while_and_nobody_asks_too_often(lamp, places, monkeypatch):
    def rows(at):
        with time_machine.travel(at, tick=False):
            return sum(row.reported for _, row in Client().get("/s/counts/").context["rows"])

    assert rows(AT + HOUR) == 1
    asked(places.garden.pk, at=AT + HOUR)
    assert rows(AT + HOUR + following.COUNTED_AGAIN / 2) == 1
    assert rows(AT + HOUR + following.COUNTED_AGAIN) == 2
    monkeypatch.setattr(following, "COUNTS", "3/h")
    with time_machine.travel(AT + DAY, tick=False):
        assert [Client().get("/s/counts/").status_code for _ in range(4)] == [200, 200, 200, 429]
