"""The secretary brings in the residents' list of her compound: with mistakes, mended, taken back, and once more."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from kakou.access.scope import acting_as, acting_as_system
from kakou.people.actions import NewPerson, add_person
from kakou.people.rules import Category, Facts
from kakou.people.tests.listed import DOCUMENT, PHONE, csv_of, residents, workbook
from kakou.places.models import Unit
from tests.cast import AT

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORDS = {
    "en": ("Check the list", "Bring it in", "Row 3, column J", "Undo the import", "undone", "Whose list it is"),
    "zh-hans": ("先检查名单", "正式导入", "第 3 行 J 列", "撤销导入", "已撤销", "这是哪里的名单"),
}


def sheet(rows) -> dict[str, object]:
    """As somebody chooses it in the file dialog."""
    return {"name": "居民名单.xlsx", "mimeType": XLSX, "buffer": workbook(rows)}


@pytest.mark.parametrize("language", WORDS)
def test_a_list_is_checked_mended_taken_and_taken_back(sit, district, language):
    check, bring, cell, undo, undone, whose = WORDS[language]
    with acting_as_system():
        garden = Unit.objects.get(node=district.tree.garden)
    rows = residents(6, unit=garden.name)
    desk = sit(district.cast.secretary, language=language)
    page = desk.open("/people/census/")
    assert desk.flaws(f"census-{language}") == []
    page.locator('a[href*="/people/census/new/"]').first.click()
    assert desk.flaws(f"census-new-{language}") == []

    # Excel took a document for a number, and a telephone is short: told by cell, nothing taken
    wrong = [list(row) for row in rows]
    wrong[1][DOCUMENT], wrong[3][PHONE] = int(str(rows[1][DOCUMENT])[:17] + "0"), "139"
    page.get_by_label(whose).select_option(label=garden.name)
    page.locator("#id_file").set_input_files(sheet(wrong))
    page.get_by_role("button", name=check).click()
    expect(page.get_by_role("row", name=cell)).to_be_visible()
    assert page.locator("tbody tr").count() == 2
    assert desk.flaws(f"census-wrong-{language}") == []

    # mended, pasted from the clipboard and checked; the rows stay where they are, so that one more press takes them
    page.locator("#id_pasted").fill(csv_of(rows, "utf-8", mark="\t").decode())
    page.get_by_role("button", name=check).click()
    expect(page.locator("#id_pasted")).to_have_value(csv_of(rows, "utf-8", mark="\t").decode().replace("\r\n", "\n"))
    page.get_by_role("button", name=bring).click()
    expect(page.locator("tbody tr")).to_have_count(1)
    assert desk.flaws(f"census-taken-{language}") == []

    # whoever shares a door is one household now, and somebody answers for one of them
    desk.open("/people/households/")
    assert desk.flaws(f"households-{language}") == []
    page.locator("tbody th a").first.click()
    assert desk.flaws(f"household-{language}") == []

    # the import is taken back, by the keyboard alone
    desk.open("/people/census/")
    page.locator("tbody a").first.click()
    assert desk.flaws(f"census-one-{language}") == []
    page.locator("summary", has_text=undo).focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name=undo).press("Enter")
    expect(page.get_by_text(undone, exact=True).first).to_be_visible()
    assert desk.flaws(f"census-undone-{language}") == []

    # in plain only for a reason
    desk.open("/people/census/plain/")
    assert desk.flaws(f"census-plain-{language}") == []


@pytest.mark.parametrize("language", WORDS)
def test_somebody_who_stands_there_twice_is_merged_and_parted(sit, district, language):
    with acting_as(district.cast.worker):
        new = NewPerson(district.tree.garden.pk, Facts("王晓梅", phone="13800138001"), Category.RESIDENT_REGISTERED)
        add_person(new, by=district.cast.worker, at=AT)
    desk = sit(district.cast.secretary, language=language)
    page = desk.open("/people/alike/")
    expect(page.locator("tbody tr")).to_have_count(2)
    assert desk.flaws(f"alike-{language}") == []
    page.locator("button.main").first.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(0)
    assert desk.flaws(f"alike-none-{language}") == []
    desk.open("/people/merged/")
    assert desk.flaws(f"merged-{language}") == []
    page.locator("tbody button").first.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(0)
