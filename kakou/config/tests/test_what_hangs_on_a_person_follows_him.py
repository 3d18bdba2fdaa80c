"""Somebody is registered at another unit: who answers for him, his pictures, merges and passes go there with him."""

import pytest

from kakou.access.actions import add_node
from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.errors import NotAllowed
from kakou.kernel.photos import Picture
from kakou.people.actions import (
    NewPerson,
    add_person,
    attaching,
    change_person,
    keep_apart,
    merge_people,
    move_house,
    name_proxy,
)
from kakou.people.census import import_census, undo_import
from kakou.people.models import Attachment, CensusImport, Distinct, Person, Proxy, SameSubject, SearchKey
from kakou.people.queries import index_of_door
from kakou.people.rules import AttachmentKind, Category, Facts
from kakou.people.tests.listed import workbook
from kakou.places.models import Unit
from kakou.screening.actions.passes import NewPass, issue_pass
from kakou.screening.models import Pass
from kakou.screening.models.passes import PassKind
from tests.cast import AT

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
DOOR = "3栋2单元501"


@pytest.fixture
def lake(tree):
    """A second compound of the community."""
    with acting_as_system():
        node = add_node(parent=tree.east)
        Unit.objects.create(node=tree.garden, kind="compound", name="阳光花园")
        Unit.objects.create(node=node, kind="compound", name="湖滨花园")
    return node


@pytest.fixture
def wang(lake, tree, cast):
    """Registered before anybody else. Her son answers for her; she has a picture and a pass, was found alike twice:
    another row is she, and one is not."""
    by = cast.worker

    def made(name, door):
        return add_person(
            NewPerson(tree.garden.pk, Facts(name, address=door), Category.RESIDENT_REGISTERED), by=by, at=AT
        )

    with acting_as(by):
        wang, son, same, other = made("王奶奶", DOOR), made("李大", "5-1"), made("王奶奶", "6-1"), made("王奶奶", "7-1")
        name_proxy(wang, son, is_guardian=False, by=by, at=AT)
        attaching.attach(wang, AttachmentKind.PORTRAIT, Picture("png", b"picture"), by=by, at=AT)
        issue_pass(wang, NewPass(PassKind.RESIDENT, DOOR, AT.date(), None), by=by, at=AT)
        merge_people(wang, same, by=by, at=AT)
        keep_apart(wang, other, by=by, at=AT)
    return wang


def merged_into(wang):
    return SameSubject.objects.filter(same_as=wang.pk).values("subject")


HANGING = {
    "herself": lambda wang: Person.objects.filter(pk=wang.pk),
    "how she is found": lambda wang: SearchKey.objects.filter(person=wang),
    "who answers for her": lambda wang: Proxy.objects.filter(person=wang),
    "her picture": lambda wang: Attachment.objects.filter(person=wang),
    "that another row, and a pass, is she": lambda wang: SameSubject.objects.filter(same_as=wang.pk),
    "that other row": lambda wang: Person.objects.filter(pk__in=merged_into(wang)),
    "who is not she": lambda wang: Distinct.objects.filter(one=wang),
    "her pass": lambda wang: Pass.objects.filter(person=wang),
}


def where(wang):
    """The units on which all that is hers hangs."""
    with acting_as_system():
        return {what: set(rows(wang).values_list("node_id", flat=True)) for what, rows in HANGING.items()}


def all_at(node):
    return {what: {node} for what in HANGING}


def bring(wang, lake, tree, by):
    rows = [[str(wang.pk), "王奶奶", "湖滨花园"]]
    import_census(workbook(rows, ["编号", "姓名", "小区"]), filename="名单.xlsx", node=tree.garden.pk, by=by, at=AT)


def by_hand(wang, lake, tree, by):
    change_person(wang, NewPerson(lake.pk, Facts("王奶奶", address=DOOR), Category.RESIDENT_REGISTERED), by=by, at=AT)


WAYS = {
    "by a list": bring,
    "by hand": by_hand,
    "with her building": lambda wang, lake, tree, by: move_house(tree.garden.pk, lake.pk, ["3栋"], by=by, at=AT),
}


@pytest.mark.parametrize("way", WAYS)
def test_all_that_is_hers_goes_with_her(wang, lake, tree, cast, way):
    assert where(wang) == all_at(tree.garden.pk)
    with acting_as(cast.worker):
        WAYS[way](wang, lake, tree, cast.worker)
    assert where(wang) == all_at(lake.pk)
    with acting_as_system():
        assert bytes(Pass.objects.get(person=wang).household) == index_of_door(lake.pk, DOOR)


def test_and_comes_back_when_the_list_is_undone(wang, lake, tree, cast):
    with acting_as(cast.worker):
        bring(wang, lake, tree, cast.worker)
        undo_import(CensusImport.objects.get(), by=cast.worker, at=AT)
    assert where(wang) == all_at(tree.garden.pk)


def test_a_long_list_that_the_worker_brings_in_moves_them_too(transactional_db, wang, lake, tree, cast, request):
    request.getfixturevalue("as_worker")  # from here on: what pages wrote down, the worker moves
    with acting_as(cast.worker):
        bring(wang, lake, tree, cast.worker)
    assert where(wang) == all_at(lake.pk)


def test_whoever_may_not_issue_passes_moves_nobody_who_has_one(wang, lake, tree, cast):
    """All or nothing: else her pass would be left at a gate where she lives no more."""
    with acting_as(cast.investigator), pytest.raises(NotAllowed):
        bring(wang, lake, tree, cast.investigator)
    assert where(wang) == all_at(tree.garden.pk)
