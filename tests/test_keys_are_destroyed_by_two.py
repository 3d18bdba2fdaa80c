"""The key of a day goes on a page only by two administrators of the whole site, who saw what becomes unreadable."""

import datetime as dt

import pytest
import time_machine

from kakou import vault
from kakou.access.destroying import ask, settle
from kakou.access.destroying.actions import NothingToDestroy, NotMeant
from kakou.access.destroying.queries import key_day, key_days, sealed_on
from kakou.access.destroying.rules import FOR_GOOD
from kakou.access.rules import Role
from kakou.access.scope import acting_as
from kakou.access.seconding import WAITS, NotOneself, SettledAlready
from kakou.audit.models import Event
from kakou.audit.rules import ReasonUnfit
from kakou.kernel.errors import NotAllowed, NotFound
from kakou.people import actions as people
from kakou.people import queries
from kakou.people.actions import NewPerson
from kakou.people.rules import Category, Facts
from kakou.vault.keys import KeyStore
from tests.cast import AT, sign_in, staff

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
DUE = dt.date(2021, 11, 8)
WHY = "asked for by the person"


@pytest.fixture(autouse=True)
def own_keys(tmp_path, monkeypatch):
    monkeypatch.setenv("KAKOU_KEYS", str(tmp_path / "keys"))
    KeyStore.create(tmp_path / "keys")


@pytest.fixture
def second(cast, tree):
    return staff("second", Role.ADMINISTRATOR, tree.street)


@pytest.fixture
def visitor(cast, tree):
    with acting_as(cast.secretary):
        new = NewPerson(tree.garden.pk, Facts("赵敏", phone="13800138003"), Category.VISITOR, due_on=DUE)
        return people.add_person(new, by=cast.secretary, at=AT)


def asked(cast, **more):
    with acting_as(cast.administrator):
        return ask(DUE, **{"reason": WHY, "by": cast.administrator, "at": AT} | more)


def name_of(cast, person):
    with acting_as(cast.secretary):
        return queries.shown_many([person.pk])[person.pk].name


def audited():
    rows = Event.objects.using("owner").filter(action__startswith="key.").order_by("seq")
    return [(row.action, row.by, row.node, row.facts.get("reason")) for row in rows]


def test_one_asks_another_destroys_and_both_stand_in_the_audit(cast, tree, second, visitor):
    one = asked(cast)
    assert asked(cast).pk == one.pk, "asked twice is asked once"
    with acting_as(second):
        assert sealed_on(key_day(DUE, at=AT)) == {"people_person": 1}
        assert settle(one, typed="2021-11-08", by=second, at=AT, today=AT.date()) == ["2021-11-08.0"]
    assert name_of(cast, visitor) == ""
    assert audited() == [
        ("key.asked", cast.administrator.pk, tree.street.pk, WHY),
        ("key.destroyed", second.pk, tree.street.pk, None),
    ]
    with pytest.raises(NothingToDestroy):
        asked(cast)


def test_nobody_does_it_alone_or_by_a_slip_or_late(cast, second, visitor):
    one = asked(cast)
    with acting_as(cast.administrator), pytest.raises(NotOneself):
        settle(one, typed="2021-11-08", by=cast.administrator, at=AT, today=AT.date())
    with acting_as(second):
        for typed in ("", "yes", "2021-11-09", "2021-11-8"):
            with pytest.raises(NotMeant):
                settle(one, typed=typed, by=second, at=AT, today=AT.date())
        with pytest.raises(SettledAlready):
            settle(one, typed="2021-11-08", by=second, at=AT + WAITS, today=AT.date())
        assert settle(one, typed=None, by=second, at=AT, today=AT.date()) == []
        with pytest.raises(SettledAlready):
            settle(one, typed="2021-11-08", by=second, at=AT, today=AT.date())
    assert name_of(cast, visitor) == "赵*"
    assert [act for act, *_ in audited()] == ["key.asked", "key.refused"]
    assert asked(cast).pk != one.pk, "after a refusal it is asked anew"


def test_it_takes_an_administrator_of_the_whole_site_and_a_reason(cast, tree, visitor):
    part = staff("part", Role.ADMINISTRATOR, tree.east)
    for who in (part, cast.secretary, cast.commander):
        with acting_as(who), pytest.raises(NotAllowed):
            ask(DUE, reason=WHY, by=who, at=AT)
    with pytest.raises(ReasonUnfit):
        asked(cast, reason="电话 13800138003")
    assert audited() == []


def test_keys_by_which_kakou_works_are_not_offered(cast, visitor):
    vault.store().data_key(FOR_GOOD)
    with acting_as(cast.administrator):
        assert [one.day for one in key_days(at=AT)] == [DUE]
        with pytest.raises(NotFound):
            ask(FOR_GOOD, reason=WHY, by=cast.administrator, at=AT)


def test_the_pages_lead_through_it(client, cast, tree, second, visitor):
    def page(who, path, data=None):
        sign_in(client, who)
        client.cookies["django_language"] = "en"
        return client.get(path) if data is None else client.post(path, data)

    part = staff("part", Role.ADMINISTRATOR, tree.east)
    with time_machine.travel(AT, tick=False):
        assert "2021-11-08" in page(cast.administrator, "/keys/").content.decode()
        assert page(part, "/keys/").status_code == 200
        assert page(part, "/keys/2021-11-08/").status_code == 404
        assert page(cast.administrator, "/keys/nonsense/").status_code == 404
        assert page(cast.administrator, "/keys/2021-11-08/", {"reason": ""}).status_code == 422
        assert page(cast.administrator, "/keys/2021-11-08/", {"reason": WHY}).status_code == 302
        mine = page(cast.administrator, "/keys/2021-11-08/").content.decode()
        assert "It waits for another administrator" in mine
        assert "Destroy it for good" not in mine
        assert page(cast.administrator, "/keys/2021-11-08/", {"decision": "destroy"}).status_code == 422
        assert "waits for a second person" in page(second, "/").content.decode().partition('id="keys"')[2][:400]
        theirs = page(second, "/keys/2021-11-08/").content.decode()
        assert "Destroy it for good" in theirs
        assert WHY in theirs
        wrong = page(second, "/keys/2021-11-08/", {"decision": "destroy", "typed": "2021-11-09"})
        assert wrong.status_code == 422
        assert name_of(cast, visitor) == "赵*"
        given = {"decision": "destroy", "typed": "2021-11-08"}
        assert page(second, "/keys/2021-11-08/", given).status_code == 302
        told = page(second, "/keys/2021-11-08/").content.decode()
        assert "It is destroyed" in told
        assert "2021-11-08" not in page(second, "/keys/").content.decode()
        assert "2021-11-08" in page(second, "/keys/?show=destroyed").content.decode()
    assert name_of(cast, visitor) == ""
