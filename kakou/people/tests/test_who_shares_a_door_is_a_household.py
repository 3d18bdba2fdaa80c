"""One door, one household: whose head is who, whom to call, and who answers for a child or somebody without a phone."""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from kakou.access.scope import acting_as, acting_as_system
from kakou.audit.models import Event
from kakou.kernel.errors import NotAllowed
from kakou.kernel.ids import new_id
from kakou.people import actions, queries
from kakou.people.actions import NewPerson, ProxyRefused, add_person
from kakou.people.models import Proxy
from kakou.people.rules import Category, Facts, Relation, Special
from kakou.people.rules.households import Member, contact_of, head_of, in_order, reached_by
from kakou.places.models import Unit
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
MEMBERS = st.lists(
    st.builds(
        Member,
        st.builds(new_id),
        st.none() | st.sampled_from(Relation),
        st.frozensets(st.sampled_from(Special)),
        st.booleans(),
        st.lists(st.builds(new_id), max_size=2),
    ),
    min_size=1,
    max_size=6,
)


@given(MEMBERS)
def test_no_child_is_called_and_whoever_can_be_reached_is(members):
    contact = contact_of(members)
    assert (contact is None) == (not any(one.has_phone and Special.MINOR not in one.special for one in members))
    assert contact is None or Special.MINOR not in contact.special
    head = head_of(members)
    assert head is None or head.relation is Relation.HEAD or len(members) == 1
    assert sorted(in_order(members), key=lambda one: one.id) == sorted(members, key=lambda one: one.id)
    for one in members:
        reached = reached_by(one, members)
        if one.may_be_called:
            assert reached == one.id
        elif one.answers:
            assert reached == one.answers[0]
        else:
            assert reached == (contact.id if contact else None)


@pytest.fixture
def home(tree, cast):
    """Grandmother, who has no telephone, her son, his child; and a daughter who lives elsewhere."""
    with acting_as_system():
        Unit.objects.create(node=tree.garden, kind="compound", name="garden")

    def made(name, door, relation=None, phone=None, special=(), node=tree.garden):
        new = NewPerson(
            node.pk, Facts(name, phone=phone, address=door), Category.RESIDENT_REGISTERED, frozenset(special), relation
        )
        with acting_as(cast.worker):
            return add_person(new, by=cast.worker, at=AT)

    return {
        "granny": made("王奶奶", "3栋2单元501", Relation.PARENT, special={Special.NO_PHONE, Special.ELDERLY}),
        "son": made("李大", "3-2-501", Relation.HEAD, "13800001111"),
        "child": made("李小小", "３－２－５０１", Relation.CHILD, special={Special.MINOR}),
        "daughter": made("李二", "5-1-101", None, "13800002222"),
    }


def test_however_the_door_is_written_they_are_one_household(home, cast):
    with acting_as(cast.worker):
        found = queries.household_of(queries.person_at(home["granny"].pk))
        alone = queries.household_of(queries.person_at(home["daughter"].pk))
    assert [one.id for one in found.members] == [home[who].pk for who in ("son", "child", "granny")]
    assert (found.head, found.contact) == (home["son"].pk, home["son"].pk)
    assert set(found.reached.values()) == {home["son"].pk}
    assert (alone.head, [one.id for one in alone.members]) == (home["daughter"].pk, [home["daughter"].pk])


def test_who_is_named_is_called_and_no_more_when_it_has_ended(home, cast):
    with acting_as(cast.worker):
        granny, daughter = (queries.person_at(home[who].pk) for who in ("granny", "daughter"))
        proxy = actions.name_proxy(granny, daughter, is_guardian=False, by=cast.worker, at=AT)
        assert queries.household_of(granny).reached[granny.pk] == daughter.pk
        with pytest.raises(ProxyRefused):
            actions.name_proxy(granny, daughter, is_guardian=False, by=cast.worker, at=AT)
        actions.end_proxy(proxy, by=cast.worker, at=AT)
        actions.end_proxy(proxy, by=cast.worker, at=AT)
        assert queries.household_of(granny).reached[granny.pk] == home["son"].pk


def test_neither_a_child_nor_oneself_answers_and_nobody_names_over_another_place(home, cast):
    with acting_as(cast.worker):
        granny, child = (queries.person_at(home[who].pk) for who in ("granny", "child"))
        for wrong in (child, granny):
            with pytest.raises(ProxyRefused):
                actions.name_proxy(granny, wrong, is_guardian=True, by=cast.worker, at=AT)
    with acting_as(cast.neighbour), pytest.raises(NotAllowed):
        actions.name_proxy(granny, home["son"], is_guardian=True, by=cast.neighbour, at=AT)


def test_the_pages_say_who_is_called_and_show_nobody_in_plain(transactional_db, home, cast):
    client = Client(headers={"accept-language": "en"})
    sign_in(client, cast.worker)
    doors = client.get("/people/households/").content.decode()
    assert doors.count("/people/households/0") == 2
    page = f"/people/households/{home['granny'].pk}/"
    told = client.get(page).content.decode()
    for words in ("call 李*", "王**", "Parent", "Has no phone"):
        assert words in told
    assert "王奶奶" not in told + doors
    assert "13800001111" not in told

    # by a whole number somebody of another door is named; that it was looked for stands in the audit
    assert client.post(page + "answer/", {"number": "李二"}).status_code == 422
    assert client.post(page + "answer/", {}).status_code == 422
    assert client.post(page + "answer/", {"number": "13800002222"}).status_code == 302
    with acting_as_system():
        [proxy] = Proxy.objects.all()
    assert proxy.answers_id == home["daughter"].pk
    acts = set(Event.objects.using("owner").values_list("action", flat=True))
    assert {"people.searched", "proxy.named"} <= acts
    client.post(f"/people/proxies/{proxy.pk}/end/")
    with acting_as_system():
        assert Proxy.objects.get().ended_at


def test_doors_where_nobody_has_a_telephone_are_found(home, cast, tree):
    with acting_as(cast.worker):
        new = NewPerson(tree.garden.pk, Facts("孤老", address="9-9"), Category.RESIDENT_REGISTERED)
        lone = add_person(new, by=cast.worker, at=AT)
        [door] = queries.who_stands_for(list(queries.doors([tree.garden.pk], unreached=True)))
        assert (door.first.pk, door.members, door.phones) == (lone.pk, 1, 0)
        doors = queries.who_stands_for(list(queries.doors([tree.garden.pk])))
        assert {(one.first.pk, one.members) for one in doors} == {
            (home["son"].pk, 3), (home["daughter"].pk, 1), (lone.pk, 1),
        }  # fmt: skip


def test_a_door_where_a_child_alone_has_a_telephone_is_one_without(tree, home, cast):
    with acting_as(cast.worker):
        facts = Facts("赵小小", phone="13800003333", address="9-9")
        new = NewPerson(tree.garden.pk, facts, Category.RESIDENT_REGISTERED, frozenset({Special.MINOR}))
        child = add_person(new, by=cast.worker, at=AT)
        assert queries.household_of(child).contact is None
        [door] = queries.who_stands_for(queries.doors([tree.garden.pk], unreached=True))
    assert (door.first.pk, door.phones) == (child.pk, 0)
