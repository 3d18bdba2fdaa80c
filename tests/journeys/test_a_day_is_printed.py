"""A gate's day goes out from the browser: as a sheet, and as numbered copies on paper with totals of page and day."""

import datetime as dt
import io
import re
from itertools import count

import openpyxl
import pypdfium2
from playwright.sync_api import expect

from kakou.ledger.gatesheet import TITLES
from kakou.ledger.gatesheet.papers import SAID
from kakou.ledger.tests.deskwork import passage, visitor
from tests.cast import AT
from tests.journeys.office import as_the_worker, figure, gate
from tests.journeys.storytelling import DESK, PHONE
from tests.journeys.works import seat, story

__all__ = ["gate", "story"]
MORNING = AT - dt.timedelta(hours=5)
WHY = "派出所查验"
FIGURES = ("entered", "left", "passing", "turned_back", "counted", "replaced")


def test_a_day_goes_out_as_a_sheet_and_on_paper(story, district, gate):
    say, node = story.say, gate.node
    with as_the_worker():
        minutes = (MORNING + dt.timedelta(minutes=nth) for nth in count())
        gate.send(*(passage(visitor(nth), at=at) for nth, at in zip(range(1, 61), minutes, strict=False)))
    desk = seat(story, district.cast.secretary)
    paper = Paper(desk.page, "zh" if story.language.startswith("zh") else "en")
    page = desk.open(f"/ledger/gate-sheet/{district.tree.garden.pk}/")
    story.look(desk, "print-which-gate")
    page.locator(f'a[href*="/gate-sheet/{node}/"]').click()
    expect(page.get_by_text(say("No copy was printed yet"))).to_be_visible()
    story.look(desk, "print-day")

    # as a file: every cell is text, and nobody is named
    with page.expect_download() as fetched:
        page.get_by_role("link", name=say("As a sheet, masked")).click()
    assert fetched.value.suggested_filename == f"gate-{node}-2021-08-10.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(fetched.value.path().read_bytes()))
    titles, *rows = list(book.active.iter_rows())
    assert [cell.value for cell in titles] == list(TITLES[paper.language])
    assert {cell.data_type for row in rows for cell in row if cell.value is not None} == {"s"}
    assert not any("访客" in str(cell.value) for row in rows for cell in row)

    # on paper: the totals of the pages are those of the day, and those of the page that was printed from
    shown = {what: figure(page, say(words)) for what, words in (("entered", "In"), ("left", "Out"))}
    first = paper.printed(page.get_by_role("button", name=say("Print a copy, masked")))
    assert first.copy == 1
    assert len(first.pages) > 1
    assert first.pages[0].keys() == set(FIGURES)
    assert {what: sum(one[what] for one in first.pages) for what in FIGURES} == first.day
    assert (first.day["entered"], first.day["left"]) == (shown["entered"], shown["left"])
    assert first.day["counted"] + first.day["replaced"] == len(rows) > 60
    assert "访客" not in first.text
    desk.open(f"/ledger/gate-sheet/{node}/")
    expect(page.locator("tbody tr")).to_have_count(1)

    # unmasked only for a reason; it is the next copy of the same day
    page.get_by_role("link", name=say("Take it unmasked")).click()
    story.look(desk, "print-plain-why")
    page.get_by_label(say("How it goes out")).select_option("paper")
    page.locator("[name=reason]").fill(WHY)
    second = paper.printed(page.get_by_role("button", name=say("Take it unmasked")))
    assert (second.copy, second.day) == (2, first.day)
    assert "访客" in second.text
    desk.open(f"/ledger/gate-sheet/{node}/")
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("tbody tr", has_text=say("unmasked"))).to_have_count(1)
    story.look(desk, "print-copies", DESK, PHONE)

    # another day, on which nobody passed
    page.get_by_label(say("Day")).fill("2021-08-01")
    page.get_by_role("button", name=say("Show"), exact=True).click()
    expect(
        page.get_by_text(say("Nobody passed on this day: the sheet is empty, and can be printed all the same."))
    ).to_be_visible()
    story.look(desk, "print-nobody")
    empty = paper.printed(page.get_by_role("button", name=say("Print a copy, masked")))
    assert (empty.copy, set(empty.day.values())) == (1, {0})

    auditor = seat(story, district.cast.auditor)
    page = auditor.open("/audit/?kind=records")
    expect(page.get_by_text(say("Printed the sheet of a gate and day"))).to_have_count(3)
    story.look(auditor, "print-audit")
    page = auditor.open("/audit/?kind=looks")
    expect(page.get_by_text(say("Took the sheet of a gate and day unmasked"))).to_be_visible()
    expect(page.get_by_text(WHY)).to_be_visible()


class Printed:
    """What stands on the paper: `pages` and `day` are totals."""

    def __init__(self, pdf: bytes, language: str) -> None:
        sheets = [squeezed(sheet.get_textpage().get_text_range()) for sheet in pypdfium2.PdfDocument(pdf)]
        said = {name: squeezed(texts[language == "en"]) for name, texts in SAID.items()}
        totals, number = reading(said["totals"]), reading(said["copy"])
        self.text = "".join(sheets)
        found = [re.search(re.escape(said["page"]) + totals, sheet) for sheet in sheets]
        self.pages = [figures(one) for one in found if one]  # where nobody passed that is said instead
        self.day = figures(re.search(re.escape(said["day"]) + totals, sheets[-1]))
        [self.copy] = {int(re.search(number, sheet)["number"]) for sheet in sheets}  # it stands on every page
        foot = said["foot"].replace("{pages}", str(len(sheets)))
        assert all(foot.replace("{page}", str(nth)) in sheet for nth, sheet in enumerate(sheets, start=1))


class Paper:
    """Keeps what a browser would show and print, instead of its own viewer."""

    def __init__(self, page, language):
        self.page, self.language = page, language

    def printed(self, button):
        with self.page.expect_download() as fetched:
            self.page.route(re.compile("/(print|plain)/"), as_a_file, times=1)
            button.click()
        return Printed(fetched.value.path().read_bytes(), self.language)


def as_a_file(route):
    """The answer itself, marked so that the browser saves it."""
    answer = route.fetch()
    assert answer.headers["content-disposition"].startswith("inline")
    route.fulfill(response=answer, headers={**answer.headers, "content-disposition": "attachment; filename=day.pdf"})


def squeezed(text):
    return re.sub(r"[\s\u200b]+", "", text)


def reading(words):
    """Finds the figures where a sentence has %(name)d."""
    return re.sub(r"%\\\((\w+)\\\)d", r"(?P<\1>\\d+)", re.escape(words))


def figures(found):
    return {name: int(value) for name, value in found.groupdict().items()}
