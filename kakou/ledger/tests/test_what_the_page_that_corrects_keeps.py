"""The page that corrects has a field for all that a desk may know better, and leaves alone what nobody touched."""

import datetime as dt

import pytest
from django.utils import timezone

from kakou.kernel.time import to_ms
from kakou.ledger.forms.correcting import CorrectionForm, as_said
from kakou.ledger.queries.checked import personal_of
from kakou.ledger.queries.versions import said
from kakou.ledger.tests.deskwork import garden, passage, phone, visitor
from kakou.ledger.tests.test_a_row_is_corrected_at_the_desk import DAY, NOON, WHY, filled, versions
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["garden", "phone"]


def test_how_many_sat_in_a_vehicle_and_how_many_doses_are_put_right(phone, cast, client):
    car = passage({"kind": "vehicle", "plate": "苏CD1234"}, at=NOON, checks={}, aboard=30)
    for item, name, typed in ((car, "aboard", "3"), (passage(visitor(1), at=NOON, seen={"doses": 2}), "doses", "3")):
        [id] = phone.send(item)
        sign_in(client, cast.worker)
        path = f"/ledger/passage/{id}/correct/"
        given = filled(client.get(path).content.decode())
        assert given[name] == str(item.get(name) or item["checks"][name])
        assert client.post(path, given | {"reason": WHY, name: typed}).status_code == 302
        [right] = [row.passage for row in versions(id).values() if row.holds]
        now = said(right, personal_of(right))
        assert (now | now["checks"])[name] == int(typed)
        assert now["checks"] == item["checks"] | ({"doses": 3} if name == "doses" else {})


@pytest.mark.parametrize("offset", [4, 5])
def test_where_clocks_are_put_back_a_row_of_the_hour_that_comes_twice_is_put_right(offset):
    """Nobody touched the time: it stays what it was, in the first of the two hours or in the second."""
    happened = dt.datetime(2021, 11, 7, 1 + offset, 30, 0, 250_000, tzinfo=dt.UTC)
    start = {"at": to_ms(happened), "offset": 0, "direction": "in", "crossed": True, "checks": {}, "subject": {}}
    more = {"words": lambda look, value: value, "now": AT + 400 * DAY, "is_person": True}
    typed = {"direction": "out", "crossed": "yes", "reason": WHY, "seen": "x"}
    with timezone.override("America/New_York"):
        for shown in ("2021-11-07T01:30:00", "2021-11-07T01:30"):
            form = CorrectionForm(typed | {"happened": shown}, initial=as_said(start), **more)
            assert form.is_valid(), form.errors
            assert form.change(start)["happened"] == to_ms(happened)
        assert 'value="2021-11-07T01:30:00"' in str(CorrectionForm(initial=as_said(start), **more)["happened"])
        assert not CorrectionForm(typed | {"happened": "2021-11-07T01:40"}, initial=as_said(start), **more).is_valid()
