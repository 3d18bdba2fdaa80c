"""Duplicates: suggested with reasons, merged by a person, parted again as if nothing had been."""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.errors import NotAllowed
from kakou.kernel.photos import Picture
from kakou.people import actions, queries
from kakou.people.actions import AlreadyKnown, NewPerson, TwoPeople, add_person, attaching
from kakou.people.models import Attachment, Distinct, Person, SameSubject
from kakou.people.rules import AttachmentKind, Category, Facts, Reason, Special
from kakou.people.rules.documents import check_digit
from kakou.people.rules.likeness import Looked, reasons
from kakou.places.models import Unit
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
LOOKED = st.builds(
    Looked,
    st.sampled_from(["王晓梅", "王小梅", "王晓", "阿依·古丽", "阿依•古丽"]),
    st.sampled_from(["", "10", "20"]),
    st.sampled_from(["", "E12345678", "11010519491231002X"]),
    st.sampled_from(["", "+8613800000000"]),
    st.sampled_from([1, 2]),
    st.sampled_from(["", "3-2-501"]),
)


def number(order):
    body = f"32032419900101{order:03}"
    return "10", body + check_digit(body)


@given(LOOKED, LOOKED)
def test_likeness_goes_both_ways(one, other):
    assert reasons(one, other) == reasons(other, one)


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (("王晓梅", "20", "E1234567", "", 1, ""), ("某", "99", "E1234567", "", 2, ""), [Reason.DOCUMENT]),
        (("王晓梅", "", "", "+861", 1, ""), ("王晓梅", "10", "1", "+861", 2, ""), [Reason.NAME_AND_PHONE]),
        (("阿依·古丽", "10", "1", "", 1, "3-2"), ("阿依•古丽", "20", "2", "", 1, "3-2"), [Reason.NAME_AND_DOOR]),
        (("王晓梅", "", "", "+861", 1, ""), ("王小梅", "", "", "+861", 2, ""), [Reason.SOUND_AND_PHONE]),
        (("王晓梅", "", "", "+861", 1, ""), ("王大梅", "", "", "+861", 2, ""), [Reason.LETTER_AND_PHONE]),
        (("王晓梅", "10", "1", "", 1, ""), ("王晓梅", "", "", "", 1, ""), [Reason.NAME_AND_UNIT]),
        (("王晓梅", "10", "1", "+861", 1, "3"), ("王晓梅", "10", "2", "+861", 1, "3"), []),  # their cards say two
        (("王明", "", "", "+861", 1, ""), ("王红", "", "", "+861", 1, ""), []),  # brother and sister
        (("王晓梅", "", "", "", 1, "3"), ("李国强", "", "", "", 1, "3"), []),  # a couple
    ],
)
def test_why_two_may_be_one(one, other, why):
    assert reasons(Looked(*one), Looked(*other)) == why


@pytest.fixture
def pair(tree, cast):
    """Registered at the gate by telephone, and later by the list with her card."""
    with acting_as_system():
        Unit.objects.create(node=tree.garden, kind="compound", name="garden")
    with acting_as(cast.worker):
        resident = Category.RESIDENT_REGISTERED
        return [
            add_person(NewPerson(tree.garden.pk, facts, resident), by=cast.worker, at=AT)
            for facts in (Facts("王晓梅", phone="13800001111"), Facts("王晓梅", number(1), "13800001111", "3-2-501"))
        ]


def test_a_pair_is_suggested_until_it_is_decided(pair, cast, tree):
    with acting_as(cast.worker):
        [found] = queries.pairs([tree.garden.pk])
        assert ({found.one.pk, found.other.pk}, found.why) == (
            {one.pk for one in pair}, [Reason.NAME_AND_PHONE, Reason.NAME_AND_UNIT],
        )  # fmt: skip
        actions.keep_apart(*pair, by=cast.worker, at=AT)
        actions.keep_apart(*reversed(pair), by=cast.worker, at=AT)
        assert queries.pairs([tree.garden.pk]) == []
        assert Distinct.objects.count() == 1
    with acting_as(cast.neighbour):
        assert queries.pairs([tree.garden.pk, tree.orchard.pk]) == []


def test_whoever_looks_up_the_merged_one_finds_the_other_and_parting_restores_both(pair, cast, tree):
    bare, carded = pair

    def looked():
        return {text: {one.id for one in queries.search(text)} for text in ("13800001111", "1111", "wxm", "王晓梅")} | {
            "home": {one.pk for one in queries.residents([tree.garden.pk])},
            "gate": {one.id for one in queries.briefs([tree.garden.pk])},
            "state": queries.state_of_briefs([tree.garden.pk]),
            "key": queries.canonical([bare.pk, carded.pk]),
            "rows": Person.objects.count(),
        }

    with acting_as(cast.worker):
        before = looked()
        same = actions.merge_people(carded, bare, by=cast.worker, at=AT)
        now = looked()
        assert all(now[text] == {carded.pk} for text in ("13800001111", "1111", "wxm", "王晓梅", "home", "gate"))
        assert now["key"] == {bare.pk: carded.pk}
        assert now["state"] != before["state"]
        assert now["rows"] == 2  # nothing is deleted
        with pytest.raises(AlreadyKnown):
            actions.merge_people(carded, bare, by=cast.worker, at=AT)
        actions.part_subjects(same, by=cast.worker, at=AT)
        assert looked() == before
        assert queries.pairs([tree.garden.pk]) == []  # parted by a person: not asked about again


def test_two_cards_are_two_people_and_another_places_person_is_not_merged(pair, cast, tree):
    with acting_as(cast.worker):
        other = add_person(NewPerson(tree.garden.pk, Facts("王晓梅", number(2))), by=cast.worker, at=AT)
        with pytest.raises(TwoPeople):
            actions.merge_people(pair[1], other, by=cast.worker, at=AT)
    with acting_as(cast.neighbour):
        far = add_person(NewPerson(tree.orchard.pk, Facts("王晓梅")), by=cast.neighbour, at=AT)
    with acting_as(cast.worker), pytest.raises(NotAllowed):
        actions.merge_people(pair[0], far, by=cast.worker, at=AT)


def test_an_office_telephone_suggests_nobody(cast, tree):
    with acting_as(cast.worker):
        for turn in range(14):
            name = "王晓" + chr(0x4E00 + turn)
            add_person(NewPerson(tree.garden.pk, Facts(name, phone="051683320000")), by=cast.worker, at=AT)
        assert queries.pairs([tree.garden.pk]) == []


def test_what_many_are_called_hides_nobody(cast, tree):
    """空置 stands for every empty flat: that suggests no pairs, but for two at one door."""
    with acting_as(cast.worker):
        for turn in range(14):
            facts = Facts("空置", address=f"{turn or 1}-1")
            add_person(NewPerson(tree.garden.pk, facts), by=cast.worker, at=AT)
        assert [pair.why[0] for pair in queries.pairs([tree.garden.pk])] == [Reason.NAME_AND_DOOR]


def test_one_number_under_two_kinds_is_suggested(cast, tree):
    with acting_as(cast.worker):
        for kind in ("20", "99"):
            facts = Facts("王晓梅", (kind, "E12345678"))
            add_person(NewPerson(tree.garden.pk, facts), by=cast.worker, at=AT)
        assert [pair.why for pair in queries.pairs([tree.garden.pk])] == [[Reason.DOCUMENT]]


def test_the_pages_merge_and_part(pair, cast):
    client = Client(headers={"accept-language": "en"})
    sign_in(client, cast.worker)
    page = client.get("/people/alike/").content.decode()
    assert "the same name and telephone" in page
    assert "王晓梅" not in page
    both = {"keep": str(pair[1].pk), "other": str(pair[0].pk)}
    assert "They are one now" in client.post("/people/alike/decide/", both, follow=True).content.decode()
    assert "Nobody stands there twice" in client.get("/people/alike/").content.decode()
    with acting_as_system():
        [same] = SameSubject.objects.filter(ended_at=None)
    assert str(same.pk) in client.get("/people/merged/").content.decode()
    assert "They are two again" in client.post(f"/people/merged/{same.pk}/part/", follow=True).content.decode()
    assert client.post("/people/alike/decide/", {"keep": "x", "other": "y"}).status_code == 404
    himself = {"keep": both["keep"], "other": both["keep"], "apart": "on"}
    assert "These two are one already" in client.post("/people/alike/decide/", himself, follow=True).content.decode()
    client.post("/people/alike/decide/", {**both, "apart": "on"})
    with acting_as_system():
        assert Distinct.objects.count() == 1


def test_who_answers_and_the_pictures_of_the_merged_row_stand_on_the_page_of_whom_it_leaves(pair, cast, tree):
    """And whoever answers is called by the telephone of whom he is now."""
    keep, other = pair
    by, resident = cast.worker, Category.RESIDENT_REGISTERED
    with acting_as(by):
        child = NewPerson(tree.garden.pk, Facts("王晓梅"), resident, frozenset({Special.MINOR}))
        actions.change_person(keep, child, by=by, at=AT)
        uncle, same = (
            add_person(NewPerson(tree.garden.pk, facts, resident), by=by, at=AT)
            for facts in (Facts("李大", address="9-1"), Facts("李大", phone="13900001111", address="9-2"))
        )
        proxy = actions.name_proxy(other, uncle, is_guardian=True, by=by, at=AT)
        attaching.attach(other, AttachmentKind.PORTRAIT, Picture("png", b"picture"), by=by, at=AT)
        actions.merge_people(queries.person_at(keep.pk), other, by=by, at=AT)
        actions.merge_people(same, uncle, by=by, at=AT)
        assert queries.household_of(queries.person_at(keep.pk)).reached[keep.pk] == same.pk
        [picture] = Attachment.objects.all()
    client, page = Client(headers={"accept-language": "en"}), f"/people/households/{keep.pk}/"
    sign_in(client, by)
    told = client.get(page).content.decode()
    for words in ("call 李*", "guardian", f"/people/attachments/{picture.pk}/remove/"):
        assert words in told
    for act in (f"/people/proxies/{proxy.pk}/end/", f"/people/attachments/{picture.pk}/remove/"):
        assert client.post(act).url == page
    told = client.get(page).content.decode()
    assert "Nobody was named." in told
    assert "Keep a picture only where it is needed." in told
