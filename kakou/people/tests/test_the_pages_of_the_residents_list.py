"""The secretary's way through the pages: check the list, read what is wrong, bring it in, take it back, hand it out."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kakou.access.scope import acting_as_system
from kakou.people.models import CensusImport, Person
from kakou.people.tests.listed import DOCUMENT, NAME, PHONE, csv_of, residents, workbook
from kakou.places.models import Unit
from kakou.web.sheets import read_sheet
from tests.cast import sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def desk(tree, cast):
    with acting_as_system():
        Unit.objects.create(node=tree.garden, kind="compound", name="阳光花园")
        Unit.objects.create(node=tree.orchard, kind="compound", name="果园")
    client = Client(headers={"accept-language": "en"})
    sign_in(client, cast.secretary)
    return client


def given(tree, rows=None, **more):
    file = SimpleUploadedFile("名单.xlsx", workbook(rows)) if rows else ""
    return {"unit": tree.garden.pk, "category": "resident_registered", "file": file, **more}


def people():
    with acting_as_system():
        return Person.objects.count()


def test_it_is_checked_then_brought_in_then_taken_back(desk, tree):
    rows = residents(4)
    checked = desk.post("/people/census/new/", given(tree, rows, dry_run="on"))
    assert (checked.status_code, people()) == (200, 0)
    assert "Would add 4, change 0; 0 are the same already." in checked.content.decode()
    taken = desk.post("/people/census/new/", given(tree, rows), follow=True)
    assert "Added 4, changed 0; 0 were the same already." in taken.content.decode()
    with acting_as_system():
        [census] = CensusImport.objects.all()
    page = f"/people/census/{census.pk}/"
    assert "Undo the import" in desk.get(page).content.decode()
    assert "stands as before" in desk.post(page + "undo/", follow=True).content.decode()
    assert people() == 0
    assert "Undo the import" not in desk.get(page).content.decode()


def test_what_is_wrong_is_told_with_cell_and_remedy(desk, tree):
    rows = residents(4)
    rows[1][PHONE], rows[2][DOCUMENT] = "12", 110105199003078030
    answer = desk.post("/people/census/new/", given(tree, rows))
    page = answer.content.decode()
    assert (answer.status_code, people()) == (422, 0)
    for told in ("Row 3, column K (手机号)", "Row 4, column J (身份证号)", "Format the column as text"):
        assert told in page
    assert all(str(row[NAME]) not in page for row in rows)


def test_rows_are_pasted_from_excel(desk, tree):
    rows = residents(3)
    pasted = csv_of(rows, "utf-8", mark="\t").decode()
    desk.post("/people/census/new/", given(tree, pasted=pasted))
    assert people() == 3
    assert desk.post("/people/census/new/", given(tree)).status_code == 422  # nothing at all
    assert desk.post("/people/census/new/", given(tree, rows, pasted=pasted)).status_code == 422  # both


def test_an_import_on_which_something_was_built_says_so(desk, tree, cast):
    desk.post("/people/census/new/", given(tree, residents(1)))
    with acting_as_system():
        Person.objects.update(category="worker")
        [census] = CensusImport.objects.all()
    page = f"/people/census/{census.pk}/"
    assert "changed since by hand" in desk.get(page).content.decode()
    assert desk.post(page + "undo/").status_code == 409
    assert people() == 1


def test_the_list_is_handed_out_masked_and_for_a_reason_in_plain(desk, tree):
    rows = residents(3)
    desk.post("/people/census/new/", given(tree, rows))

    def told(answer):
        sheet = read_sheet(answer.content, filename="a.xlsx")
        return " ".join(str(value) for row in sheet.rows() for value in row.values)

    masked = told(desk.get("/people/census/sheet/"))
    assert all(
        str(row[column]) not in masked for row in rows for column in (NAME, DOCUMENT, PHONE) if row[column] != "无"
    )
    here, why = f"/people/census/plain/?place={tree.garden.pk}", {"reason": "printed for the police"}
    assert desk.post(here, {"reason": ""}).status_code == 422
    assert "Choose a place first" in desk.post("/people/census/plain/", why).content.decode()
    plain = told(desk.post(here, why))
    assert all(str(row[column]) in plain for row in rows for column in (NAME, DOCUMENT))


def test_another_communitys_unit_is_no_choice(desk, tree):
    answer = desk.post("/people/census/new/", given(tree, residents(1)) | {"unit": tree.orchard.pk})
    assert (answer.status_code, people()) == (422, 0)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"PK\x03\x04 no workbook"),
        ("a.xlsx", b"%PDF-1.7"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + bytes(512)),
        ("a.csv", "姓名\n".encode("gb18030") + b"\xff\xff\xff"),
        ("a.csv", b"\x00\x01\x02" * 100),
        ("a.csv", "电话\n1".encode()),
        ("a.csv", ("姓名\n" + "王" * 1_000_000).encode()),
        ("a.csv", ("姓名\n王\x00明").encode()),
        ("a.csv", b""),
    ],
)
def test_a_hostile_file_is_refused_in_words(desk, tree, name, content):
    answer = desk.post(
        "/people/census/new/",
        given(tree, file=io.BytesIO(content)) if not content else given(tree, file=SimpleUploadedFile(name, content)),
    )
    assert (answer.status_code, people()) == (422, 0)
    assert 'role="alert"' in answer.content.decode() or "error" in answer.content.decode()


def test_more_than_can_be_pasted_is_too_large_and_not_damaged(desk, tree):
    answer = desk.post("/people/census/new/", given(tree, pasted="王" * 1_000_000))
    assert (answer.status_code, people()) == (413, 0)
    assert "Send less at once." in answer.content.decode()
