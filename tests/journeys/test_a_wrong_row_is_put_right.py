"""The recorder pressed the wrong arrow; the desk puts it right, and back: every row can be read, and sheet, figures and
stays follow."""

import datetime as dt
import io
import re

import openpyxl
from playwright.sync_api import expect

from kakou.ledger.pages.words import STAYS
from kakou.ledger.stays.shapes import StayState
from kakou.ledger.tests.deskwork import passage, visitor
from tests.cast import AT
from tests.journeys.office import as_the_worker, figure, followed, gate
from tests.journeys.storytelling import DESK, PHONE
from tests.journeys.works import seat, story

__all__ = ["gate", "story"]
NOON = AT - dt.timedelta(hours=2)
WHY = "按错了方向"


def test_a_wrong_arrow_is_put_right_and_back(story, district, gate):
    say, node = story.say, gate.node
    with as_the_worker():
        came, went = gate.send(
            passage(visitor(), at=NOON), passage(visitor(), at=NOON + dt.timedelta(minutes=40), direction="in")
        )
    followed()
    desk = seat(story, district.cast.worker)
    page = desk.open(f"/ledger/gate-sheet/{node}/")
    entered, left = figure(page, say("In")), figure(page, say("Out"))

    page = desk.open(f"/ledger/today/?place={node}")
    story.look(desk, "correct-today")
    page.get_by_role("link", name="访*").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("访*")
    expect(page.get_by_text(say(STAYS[StayState.MISSED_EXIT].msgid)).first).to_be_visible()
    story.look(desk, "correct-trail")
    page.locator(f'a[href*="/ledger/passage/{went}/"]').click()
    page.get_by_role("link", name=say("Correct it")).click()
    page.get_by_role("button", name=say("Correct it")).click()  # nothing said, and no reason
    expect(page.get_by_role("alert").first).to_be_visible()
    story.look(desk, "correct-wrong")
    page.get_by_label(say("Way"), exact=True).select_option("out")
    page.get_by_label(say("Why is it corrected?")).fill(WHY)
    story.look(desk, "correct-form", DESK, PHONE)
    page.get_by_role("button", name=say("Correct it")).click()

    # both versions stand there, and which one counts
    expect(page.locator("article.version")).to_have_count(2)
    expect(page.locator("article.version").first).to_contain_text(say("This counts"))
    expect(page.locator("article.version mark").first).to_contain_text(say("Out"))
    expect(page.locator("article.version").last).to_contain_text(say("replaced by a correction"))
    expect(page.locator("article.version").first).to_contain_text(WHY)
    story.look(desk, "correct-both", DESK, PHONE)

    # the sheet and the stay follow
    followed()
    page = desk.open(f"/ledger/gate-sheet/{node}/")
    assert (figure(page, say("In")), figure(page, say("Out"))) == (entered - 1, left + 1)
    right, wrong = sheet_rows(page, say, went)
    assert (right["way"], wrong["way"]) == tuple({"en": ("out", "in")}.get(story.language, ("出", "进")))
    assert right["number"] == wrong["number"]
    assert (right["struck"], wrong["struck"]) == (False, True)
    page = desk.open(f"/ledger/passage/{went}/")
    page.get_by_role("heading", level=1).get_by_role("link").click()
    expect(page.get_by_text(say(STAYS[StayState.CLOSED].msgid)).first).to_be_visible()
    story.look(desk, "correct-followed")

    # it was right after all: one press fills the form with what stood there first
    page = desk.open(f"/ledger/passage/{went}/")
    page.get_by_role("link", name=say("Have this hold again")).click()
    expect(page.get_by_label(say("Way"), exact=True)).to_have_value("in")
    page.get_by_label(say("Why is it corrected?")).fill("原来没有错")
    page.get_by_role("button", name=say("Correct it")).click()
    expect(page.locator("article.version")).to_have_count(3)
    followed()
    page = desk.open(f"/ledger/gate-sheet/{node}/")
    assert (figure(page, say("In")), figure(page, say("Out"))) == (entered, left)

    auditor = seat(story, district.cast.auditor)
    page = auditor.open("/audit/?kind=phones")
    expect(page.get_by_text(say("Corrected a row of the ledger")).first).to_be_visible()
    expect(page.get_by_text(WHY)).to_be_visible()
    story.look(auditor, "correct-audit")
    assert str(came) not in page.content()


def sheet_rows(page, say, first):
    """The row that counts and the one beneath it, of the sheet that the browser fetched."""
    with page.expect_download() as fetched:
        page.get_by_role("link", name=say("As a sheet, masked")).click()
    book = openpyxl.load_workbook(io.BytesIO(fetched.value.path().read_bytes()))
    titles, *rows = list(book.active.iter_rows())
    at = {re.sub(r"\s", "", str(cell.value)): nth for nth, cell in enumerate(titles)}
    way, number, id = (
        next(at[title] for title in names if title in at)
        for names in (("进/出", "inorout"), ("序号", "no."), ("编号", "numberintheledger"))
    )
    told = [
        {"id": row[id].value, "way": row[way].value, "number": row[number].value, "struck": bool(row[way].font.strike)}
        for row in rows
    ]
    place = next(nth for nth, row in enumerate(told) if row["id"] == str(first))
    return told[place - 1], told[place]
