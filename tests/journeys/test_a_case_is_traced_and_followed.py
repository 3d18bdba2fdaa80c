"""From the first case to the receipt of a neighbouring town: traced, released, followed up, handed over.

Two towns run as `kakou serve` runs them, with their workers and tracers; who does what sits at a browser of his own.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from playwright.sync_api import Download, Page, expect

from tests.journeys.storytelling import DESK, PHONE, Story, at_most, masked, tab_to
from tests.journeys.town import LAST_WEEK, PLACES, ZONE, Town, at_site, early_today

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_200)]
CALLED = {"zh-hans": "东城菜场聚集", "en": "Eastside Market"}
WHY = {"zh-hans": "核酸阳性，查密接", "en": "tested positive this morning"}
SLOW = 60_000  # ms: the first trace of a tracer waits until it has loaded what it needs


def opened(name: str):
    town = Town(name)
    try:
        yield town.start(), town.furnish()
    finally:
        town.end()


@pytest.fixture(scope="module")
def town():
    yield from opened("睢城街道")


@pytest.fixture(scope="module")
def neighbour():
    yield from opened("沂河街道")


class Told(Story):
    """This story, with the people of one community and of its neighbour."""

    def __init__(self, browser, language, town, neighbour):
        super().__init__(browser, language)
        self.here, self.there = ((at.url, communities[language]) for at, communities in (town, neighbour))

    def sits(self, role: str, *, size: dict[str, int] = DESK, away: bool = False):
        """Somebody of the community, or of the neighbouring one."""
        address, community = self.there if away else self.here
        return self.seat(address, community.seats[role], size=size)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_from_the_first_case_to_the_receipt(browser, town, neighbour, tmp_path, language, record_property):
    story = Told(browser, language, town, neighbour)
    tracer = story.sits("investigator")
    outbreak = begin_an_outbreak(story, tracer)
    ann = open_a_case(story, tracer, outbreak, "王安", onset=at_site(1), positive=early_today(0.1))
    trace_with_a_reason(story, tracer)
    read_the_evidence(story, tracer)
    decide_about_several(story, tracer, outbreak)
    ask_for_names(story, tracer, outbreak)
    release_them_as_another(story, outbreak)
    read_names_then_break_the_glass(story, tracer, outbreak)
    find_whom_an_old_case_met(story, tracer, outbreak)
    write_down_an_interview_by_keyboard(story, tracer, outbreak)
    worker = story.sits("community_worker", size=PHONE)
    follow_up_a_household(story, worker)
    tell_what_is_not_well(story, worker)
    lose_somebody(story, worker)
    release_when_the_plan_is_over(story, worker)
    make_a_case_of_the_positive_one(story, tracer, ann)
    hand_over_and_get_the_receipt(story, tracer, outbreak, tmp_path)
    record_property("pages_looked_at", story.pages)
    assert story.wrong() == []


def begin_an_outbreak(story, desk) -> str:
    page = desk.open("/tracing/")
    story.look(desk, "outbreaks")
    page.locator("summary", has_text=story.say("Begin an outbreak")).click()
    page.get_by_label(story.say("What it is called")).fill(CALLED[story.language])
    page.get_by_label(story.say("Edition of the plan")).select_option("cn-9")
    story.look(desk, "outbreak-begun")
    page.get_by_role("button", name=story.say("Begin"), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(CALLED[story.language])
    story.look(desk, "outbreak-empty")
    return page.url.removeprefix(desk.address).split("?")[0]


def open_a_case(story, desk, outbreak, name, *, onset, positive) -> str:
    """By the keyboard as far as whom it is about."""
    page = desk.open(outbreak)
    page.get_by_role("link", name=story.say("Open a case")).click()
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    person = page.locator("a.who", has_text=masked(name))
    expect(person).to_have_count(1)
    story.look(desk, "case-found")
    person.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(masked(name))
    page.get_by_label(story.say("First day with symptoms")).fill(f"{onset:%Y-%m-%d}")
    page.get_by_label(story.say("First positive sample taken")).fill(f"{positive:%Y-%m-%dT%H:%M}")
    isolated = max(positive + dt.timedelta(minutes=1), onset)
    page.get_by_label(story.say("Isolated since")).fill(f"{isolated:%Y-%m-%dT%H:%M}")
    story.look(desk, "case-known")
    page.get_by_role("button", name=story.say("Open the case")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("C-00")
    story.look(desk, "case")
    return page.url.removeprefix(desk.address).split("?")[0]


def trace_with_a_reason(story, desk) -> None:
    page = desk.page
    page.get_by_label(story.say("Why do you trace this person?")).fill(WHY[story.language])
    page.get_by_role("button", name=story.say("Trace now")).click()
    expect(page.locator("#live .counts").first).to_be_visible(timeout=SLOW)


def read_the_evidence(story, desk) -> None:
    """Ranked: two hours stand before one and 48 minutes, and those before 45 minutes; behind each are the stays."""
    page, (_, _, _, market, gate) = desk.page, PLACES[story.language]
    ranked = page.locator("section", has_text=story.say("Ranked")).locator("a.who")
    expect(ranked).to_have_count(5)
    assert [text[0] for text in ranked.all_inner_texts()[:2]] == ["李", "蔡"]
    expect(page.locator("tr", has_text=masked("蔡成"))).to_contain_text("48")  # one hour and 48 minutes
    story.look(desk, "trace", DESK)
    ranked.filter(has_text=masked("李本")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(masked("李本"))
    evidence = page.locator("article", has_text="C-001")
    expect(evidence.locator("tbody th").first).to_contain_text(market)
    expect(evidence).to_contain_text(gate)
    expect(evidence).to_contain_text(story.say("on duty: %(staff)s", staff="值守登记员"))
    expect(evidence.locator("tbody td").first).to_contain_text("2")  # hours, in words of either language
    story.look(desk, "evidence", DESK)


def decide_about_several(story, desk, outbreak) -> None:
    """All of it by the keyboard: one is no contact, the others are followed up as proposed."""
    page = desk.open(f"{outbreak}contacts/")
    story.look(desk, "contacts")
    row = page.locator("tr", has_text=masked("周明"))
    tab_to(page, row.get_by_role("checkbox"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_label(story.say("Why"), exact=False).last)
    page.keyboard.type(WHY[story.language])
    tab_to(page, page.get_by_role("button", name=story.say("No contact"), exact=True))
    page.keyboard.press("Enter")
    expect(row).to_have_count(0)
    tab_to(page, page.locator("[data-tick-all]"))
    page.keyboard.press("Space")
    expect(page.locator("input[name=who]:checked")).to_have_count(4)
    tab_to(page, page.get_by_role("button", name=story.say("Follow up as a contact")))
    page.keyboard.press("Enter")
    expect(page.get_by_text(story.say("Everybody is decided about"))).to_be_visible()
    story.look(desk, "contacts-decided")


def ask_for_names(story, desk, outbreak) -> None:
    page = desk.open(outbreak)
    page.locator("summary", has_text=story.say("Ask for the names")).click()
    page.get_by_label(story.say("What do you need the names for?")).fill(WHY[story.language])
    page.get_by_role("button", name=story.say("Ask"), exact=True).click()
    expect(page.get_by_text(story.say("Names are masked"), exact=True)).to_be_visible()
    page.goto(f"{desk.address}{outbreak}contacts/?standing=followed")
    expect(page.get_by_role("link", name=masked("李本"))).to_be_visible()


def release_them_as_another(story, outbreak) -> None:
    desk = story.sits("commander")
    page = desk.open(outbreak)
    story.look(desk, "names-asked")
    page.get_by_role("button", name=story.say("Release"), exact=True).click()
    expect(page.get_by_text(story.say("Released for 72 hours. What is shown is audited."))).to_be_visible()
    expect(page.get_by_role("button", name=story.say("Release"), exact=True)).to_have_count(0)


def read_names_then_break_the_glass(story, desk, outbreak) -> None:
    page = desk.open(f"{outbreak}contacts/?standing=followed")
    expect(page.get_by_role("link", name="李本")).to_be_visible()
    expect(page.get_by_text("13800138003")).to_be_visible()
    story.look(desk, "names", DESK)
    desk.open(outbreak)
    page.get_by_role("button", name=story.say("Mask them again")).click()
    expect(page.get_by_text(story.say("Names are masked"), exact=True)).to_be_visible()
    page.locator("summary", has_text=story.say("Ask for the names")).click()
    page.get_by_label(story.say("What do you need the names for?")).fill(WHY[story.language])
    story.look(desk, "names-to-ask")
    page.get_by_role("button", name=story.say("Break the glass")).click()
    expect(page.get_by_text(story.say("Names are open"), exact=True)).to_be_visible()
    story.look(desk, "glass-broken")
    commander = story.sits("commander")
    commander.open(outbreak).get_by_role("button", name=story.say("Confirm"), exact=True).click()
    expect(commander.page.get_by_text(story.say("Confirmed: the glass was rightly broken."))).to_be_visible()
    story.look(commander, "glass-confirmed")


def find_whom_an_old_case_met(story, desk, outbreak) -> None:
    """A case of two weeks ago is found only now: what his contact was to do is over but for what was not done."""
    open_a_case(story, desk, outbreak, "郑久", onset=at_site(14), positive=at_site(13, 9))
    trace_with_a_reason(story, desk)
    page = desk.page
    held = []  # a slow line: all are ticked before the page's script is there
    page.route("**/*.js", lambda script: held.append(script))
    page.get_by_role("link", name=story.say("Decide about all of them")).click()
    page.locator("[data-tick-all]").check()
    assert held
    for script in held:
        script.continue_()
    page.unroute("**/*.js")
    expect(page.locator("input[name=who]:checked")).to_have_count(1)
    page.get_by_role("button", name=story.say("Follow up as a contact")).click()
    expect(page.get_by_text(story.say("Everybody is decided about"))).to_be_visible()


def write_down_an_interview_by_keyboard(story, desk, outbreak) -> None:
    """Somebody of the register, then somebody of none: who, Enter, who is meant, Enter."""
    page, keys = desk.open(f"{outbreak}interview/"), desk.page.keyboard
    story.look(desk, "interview-empty")
    desk.open(f"{outbreak}interview/")
    expect(page.locator("#id_words")).to_be_focused()
    keys.type("周明")
    keys.press("Enter")
    expect(page.locator("input[name=who]:checked")).to_be_focused()
    when = page.get_by_label(story.say("Last time together"))
    tab_to(page, when)
    keys.type(f"{dt.datetime.now(ZONE) - dt.timedelta(hours=26):%m-%d %H:%M}")
    story.look(desk, "interview", DESK)
    when.focus()
    keys.press("Enter")
    expect(page.locator("#id_words")).to_be_focused()
    expect(page.get_by_role("status").or_(page.locator(".flash, .note")).first).to_contain_text(masked("周明"))
    keys.type("何新")
    keys.press("Enter")
    name = page.get_by_label(story.say("Name"), exact=True)
    expect(name).to_have_value("何新")
    tab_to(page, page.get_by_label(story.say("Telephone")))
    keys.type("13900139000")
    story.look(desk, "interview-newcomer")
    name.focus()
    keys.press("Enter")
    expect(page.locator("#id_words")).to_be_focused()
    expect(page.locator("#id_words")).to_have_value("")


def rows(page: Page, name: str):
    """What is due for somebody on the list of today."""
    return page.locator("section.house tbody tr", has_text=masked(name))


def follow_up_a_household(story, desk) -> None:
    """The couple is called on one number and is well: two taps, one more to take it back."""
    page = desk.open("/tracing/follow-up/")
    story.look(desk, "follow-up", PHONE)
    house = page.locator("section.house", has_text=masked("李本")).filter(has_text=masked("蔡成"))
    due = page.locator("section.house tbody tr").count()
    with at_most(3) as thumb:
        thumb.on(house.get_by_role("button", name=story.say("Number to call")))
        expect(house.locator("a[href='tel:+8613800138002']")).to_be_visible()
        thumb.on(house.get_by_role("button", name=story.say("All are well")))
        expect(page.locator("section.house tbody tr")).to_have_count(due - 2)
        thumb.on(page.get_by_role("button", name=story.say("Undo")))
        expect(page.locator("section.house tbody tr")).to_have_count(due)
    house.get_by_role("button", name=story.say("All are well")).click()
    expect(page.locator("section.house tbody tr")).to_have_count(due - 2)
    story.look(desk, "follow-up-told")


def tell_what_is_not_well(story, desk) -> None:
    page = desk.page
    with at_most(3) as thumb:
        call = rows(page, "孙芳").first
        thumb.on(call.locator("summary").first)
        thumb.on(call.get_by_role("button", name=story.say("Symptoms"), exact=True))
        expect(page.locator(".note")).to_contain_text(masked("孙芳"))
    with at_most(3) as thumb:
        test = rows(page, "李本").first
        thumb.on(test.locator("summary").first)
        thumb.on(test.get_by_role("button", name=story.say("Positive"), exact=True))
        expect(page.locator(".note.look")).to_contain_text(masked("李本"))
    story.look(desk, "follow-up-positive")


def lose_somebody(story, desk) -> None:
    """Nobody has reached him for three days; today neither."""
    page = desk.open("/tracing/follow-up/")
    row = rows(page, "吴远").first
    expect(row).to_contain_text(story.say("Not reached for three days in a row."))
    with at_most(3) as thumb:
        thumb.on(row.locator("summary").first)
        row.get_by_label(story.say("Where he was looked for")).fill(PLACES[story.language][1])
        story.look(desk, "follow-up-lost")
        thumb.on(row.get_by_role("button", name=story.say("Cannot be found")))
    expect(rows(page, "吴远")).to_have_count(0)


def release_when_the_plan_is_over(story, desk) -> None:
    """His days are over; each test that nobody has told of takes one tap, the release two."""
    page = desk.open("/tracing/follow-up/")
    due = rows(page, "冯和")
    for left in range(due.count() - 1, 0, -1):
        due.first.get_by_role("button", name=story.say("Negative")).first.click()
        expect(due).to_have_count(left)
    with at_most(2) as thumb:
        thumb.on(due.locator("summary").first)
        story.look(desk, "follow-up-release")
        thumb.on(due.get_by_role("button", name=story.say("Release now")))
    expect(due).to_have_count(0)
    desk.open("/tracing/follow-up/?show=done")
    story.look(desk, "follow-up-done")
    desk.open("/tracing/follow-up/calendar/")
    story.look(desk, "calendar")


def make_a_case_of_the_positive_one(story, desk, ann) -> None:
    page = desk.open(ann)
    story.look(desk, "case-traced")
    page.locator("a.who", has_text="李本").click()
    page.locator("summary", has_text=story.say("Make this person a case")).click()
    page.get_by_label(story.say("What kind of case")).select_option("asymptomatic")
    page.get_by_label(story.say("First positive sample taken")).fill(f"{early_today(0.05):%Y-%m-%dT%H:%M}")
    story.look(desk, "contact-ill")
    page.get_by_role("button", name=story.say("Keep it")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("C-003")


def hand_over_and_get_the_receipt(story, desk, outbreak, folder) -> None:
    """Sealed for an office whose card was compared by telephone; it trusts us the same way, and signs."""
    away = story.sits("investigator", away=True)
    with away.open("/tracing/hand-overs/").expect_download() as card:
        away.page.get_by_role("button", name=story.say("Get our card, to send it to others")).click()
    trust_the_office(story, desk, kept(card.value, folder))
    file = make_the_file(story, desk, outbreak, folder)
    receipt = take_it_in(story, away, file, folder)
    page = desk.open("/tracing/hand-overs/")
    page.get_by_label(story.say("Receipt"), exact=True).set_input_files(receipt)
    page.get_by_role("button", name=story.say("Bring in the receipt")).click()
    expect(page.get_by_text(story.say("has come"), exact=True)).to_be_visible()
    story.look(desk, "handovers", DESK)
    desk.open(f"{outbreak}contacts/?standing=handed_over")
    expect(page.locator("tbody tr", has_text="钱途")).to_have_count(1)


def trust_the_office(story, desk, card: Path) -> None:
    page = desk.open("/tracing/hand-overs/")
    story.look(desk, "handovers-empty")
    page.get_by_label(story.say("Card of an office")).set_input_files(card)
    page.get_by_role("button", name=story.say("Look at the card")).click()
    trust = page.get_by_label(story.say("I have compared the fingerprint with the sender by telephone"))
    expect(trust).to_be_visible()
    story.look(desk, "card")
    trust.check()
    page.get_by_role("button", name=story.say("Trust this office")).click()
    expect(page.get_by_text(story.say("sealed files"), exact=True)).to_be_visible()


def make_the_file(story, desk, outbreak, folder) -> Path:
    page = desk.open(f"{outbreak}hand-over/")
    page.locator("tr", has_text="钱途").get_by_role("checkbox").check()
    page.get_by_label(story.say("Handed to"), exact=True).fill("沂河街道")
    page.get_by_label(story.say("Why"), exact=True).fill(WHY[story.language])
    story.look(desk, "handover")
    with page.expect_download() as made:
        page.get_by_role("button", name=story.say("Make the file")).click()
    desk.open("/tracing/hand-overs/")
    expect(page.get_by_text(story.say("missing"), exact=True)).to_be_visible()
    return kept(made.value, folder)


def take_it_in(story, away, file: Path, folder: Path) -> Path:
    page = away.open("/tracing/hand-overs/")
    page.get_by_role("link", name=re.compile(re.escape(LAST_WEEK[story.language]))).last.click()
    file_field = page.get_by_label(story.say("File of the other office"))
    expect(file_field).to_be_visible()
    story.look(away, "hand-in")
    file_field.set_input_files(file)
    page.get_by_role("button", name=story.say("Look at it")).click()
    expect(page.locator("main")).to_contain_text(masked("钱途"))
    trust = page.get_by_label(story.say("I have compared the fingerprint with the sender by telephone"))
    if trust.count():  # asked once of each sender: the story's second telling finds him known
        trust.check()
    story.look(away, "hand-in-looked")
    page.get_by_role("button", name=story.say("Take them, and sign the receipt")).click()
    expect(page.get_by_role("link", name=story.say("Get it")).first).to_be_visible()
    story.look(away, "handed-in")
    with page.expect_download() as receipt:
        page.get_by_role("link", name=story.say("Get it")).first.click()
    return kept(receipt.value, folder)


def kept(download: Download, folder: Path) -> Path:
    """Where the browser put it."""
    path = folder / download.suggested_filename
    download.save_as(path)
    return path
