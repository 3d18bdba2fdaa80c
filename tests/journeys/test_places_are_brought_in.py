"""The secretary brings in a new compound from her Excel sheet: first with a mistake in it, then right."""

from __future__ import annotations

import io

from openpyxl import Workbook
from playwright.sync_api import expect

TITLES = ["类型", "名称", "上级", "状态", "封堵方式", "常住人口", "统计日期", "统计来源"]
RIGHT = [
    ["小区", "春风里", "东城社区", None, None, 1200, "2021-07-31", "社区台账"],
    ["小区大门", "东门", "春风里", "设岗", None, None, None, None],
    ["小区大门", "西门", "春风里", "封堵", "铁皮围挡", None, None, None],
]
WRONG = [RIGHT[0], RIGHT[1], ["小区大们", "西门", "春风理", "封堵", "", None, None, None]]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet(rows) -> dict[str, object]:
    """A real workbook, as Excel would save it."""
    book, out = Workbook(), io.BytesIO()
    for row in [TITLES, *rows]:
        book.active.append(row)
    book.save(out)
    return {"name": "地点.xlsx", "mimeType": XLSX, "buffer": out.getvalue()}


def test_a_sheet_is_told_cell_by_cell_then_taken_whole(sit, district):
    desk = sit(district.cast.secretary, language="en")
    page = desk.open("/places/")
    assert desk.flaws("places") == []
    page.get_by_role("link", name="Bring in from a sheet").click()
    assert desk.flaws("places-import") == []

    # wrong in row 4: the page says which cell, what is wrong there and what to do; nothing was taken
    page.get_by_label("Sheet").set_input_files(sheet(WRONG))
    page.get_by_role("button", name="Bring in").click()
    problem = page.get_by_role("row", name="小区大们")
    expect(problem).to_contain_text("Row 4, column A")
    assert desk.flaws("places-wrong") == []
    assert "春风里" not in desk.open("/places/").content()

    # mended; she has it checked first
    desk.open("/places/import/")
    page.get_by_label("Sheet").set_input_files(sheet(RIGHT))
    page.get_by_label("Only check it, change nothing").check()
    page.get_by_role("button", name="Bring in").click()
    expect(page.get_by_text("Would add 3, change 0; 0 are the same already.")).to_be_visible()
    assert "春风里" not in desk.open("/places/").content()

    # then in earnest, and by mistake once more, which changes nothing
    for told in ("Added 3, changed 0; 0 were the same already.", "Added 0, changed 0; 3 were the same already."):
        desk.open("/places/import/")
        page.get_by_label("Sheet").set_input_files(sheet(RIGHT))
        page.get_by_role("button", name="Bring in").click()
        expect(page.get_by_text(told)).to_be_visible()
    expect(page.get_by_role("row", name="春风里")).to_contain_text("1,200")
    assert desk.flaws("places-after") == []
    page.get_by_role("link", name="春风里").click()
    expect(page.get_by_role("row", name="西门")).to_contain_text("铁皮围挡")
    assert desk.flaws("places-unit") == []
