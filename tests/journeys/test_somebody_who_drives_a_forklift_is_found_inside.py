"""卸货时,找不到开叉车的人,我们从村里找会开的人来帮企业: an enterprise asks in the group for a forklift driver; one
is found inside, says yes on his telephone, comes, and is rated."""

import re

from playwright.sync_api import expect

from kakou.access.scope import acting_as, acting_as_system
from kakou.ledger.tests.deskwork import Phone, passage
from kakou.services.models import Request
from kakou.services.pages.words import CHANNELS, RATINGS
from kakou.services.rules import LINES, Category, Channel, Rating
from kakou.skills.models import Asked
from kakou.skills.pages.words import ANSWERS, STAGES
from kakou.skills.queries.calls import Stage
from kakou.skills.rules import LINES as SKILLS
from kakou.skills.rules import Answer, Skill
from kakou.skills.tests.helping import at_work, driver, licence, person
from kakou.workorders.actions import accept, dispatch
from tests.cast import AT, enrol
from tests.journeys.storytelling import DESK, PHONE
from tests.journeys.works import seat, story, works

__all__ = ["story", "works"]
FORKLIFT = SKILLS[Skill.FORKLIFT].words


def checked_at_the_gate(district, number):
    """He passed the gate this morning: green, vaccinated, not too warm."""
    phone = Phone(enrol(district.cast.lead, district.tree.garden_gate, f"phone {number}")[0])
    with at_work():
        phone.send(passage({"name": "王迪", "phone": f"1380013{number:04}"}, at=AT))


def test_from_the_message_in_the_group_to_the_rating(story, works, district):
    say, cast, tree = story.say, district.cast, district.tree
    driver(tree.garden, 1, cast.worker, name="王迪")
    checked_at_the_gate(district, 1)
    second = person(tree.garden, 2, name="李述")
    licence(second, cast.worker, is_seen=False)

    street = seat(story, cast.commander)
    page = street.open("/services/new/")
    page.get_by_label(say("Where"), exact=True).select_option(label="城东电器厂")
    page.get_by_label(say("How it came in")).select_option(label=say(CHANNELS[Channel.MESSAGE]))
    page.get_by_label(re.compile(re.escape(say(LINES[Category.ENTERPRISE].words)))).check()
    page.get_by_label(say("What happened, or what do you need?")).fill("卸货找不到开叉车的人")
    page.get_by_role("button", name=say("Write it down")).click()
    with acting_as(cast.commander):
        request = Request.objects.select_related("order").get()
        accept(request.order, by=cast.commander, at=AT)
        dispatch(request.order, unit=tree.east.pk, owner=cast.secretary, by=cast.commander, at=AT)

    desk = seat(story, cast.secretary)
    page = desk.open("/skills/")
    story.look(desk, "skills", DESK)
    page = desk.open("/helpers/")
    story.look(desk, "helpers-empty")
    page.get_by_role("link", name=say("Look for a helper")).click()
    page.get_by_label(say("Skill or licence")).select_option(label=f"{say(FORKLIFT)} (N1)")
    page.get_by_label(say("What is to be done? (may be left out)")).fill("卸一车货")
    story.look(desk, "helpers-new")
    page.get_by_role("button", name=say("Go on")).click()
    expect(page.get_by_role("checkbox")).to_have_count(1)  # whose licence nobody has seen is named, not offered
    expect(page.get_by_text(say("inside, green, vaccinated, free"))).to_be_visible()
    expect(page.get_by_text(say("nobody has seen the licence"))).to_be_visible()
    story.look(desk, "helpers-who-can", DESK)
    page.get_by_role("button", name=say("Ask these")).click()
    expect(page.get_by_text(say("Choose at least one helper.")).first).to_be_visible()
    page.get_by_role("checkbox").check()
    story.look(desk, "helpers-nobody-chosen")
    page.get_by_role("button", name=say("Ask these")).click()
    link = page.locator("a.link").get_attribute("href")
    story.look(desk, "helpers-asked")

    asked = seat(story, None, PHONE)
    his = asked.open(link.removeprefix(asked.address))
    expect(his.get_by_text("城东电器厂")).to_be_visible()
    story.look(asked, "helpers-can-you", PHONE)
    his.get_by_role("button", name=say("Yes, I come")).click()
    thanks = say("Thank you: you are the one who comes. Bring your licence and wear a mask.")
    expect(his.get_by_role("status")).to_contain_text(thanks)
    story.look(asked, "helpers-you-come")

    page.reload()
    expect(page.get_by_text(say(ANSWERS[Answer.YES].msgid), exact=True)).to_be_visible()
    page.get_by_role("button", name=say("The helper is there")).click()
    page.get_by_label(say("How many minutes did it take?")).fill("90")
    story.look(desk, "helpers-helps")
    page.get_by_role("button", name=say("The helper is done")).click()
    page.get_by_label(say(RATINGS[Rating.VERY])).check()
    story.look(desk, "helpers-rate", PHONE)
    page.get_by_role("button", name=say("Keep what was said")).click()
    expect(page.get_by_text(say(STAGES[Stage.DONE].msgid), exact=True).first).to_be_visible()
    page = desk.open("/helpers/?state=over")
    story.look(desk, "helpers-over")
    with acting_as_system():
        row = Asked.objects.get()
    assert (row.answer, row.way, row.minutes, row.rating) == ("yes", "link", 90, "very")


def test_a_licence_is_written_down_and_seen(story, works, district):
    say = story.say
    desk = seat(story, district.cast.secretary)
    page = desk.open("/skills/new/")
    page.get_by_label(say("Whose")).fill("13800138001")
    page.get_by_label(say("Skill or licence")).select_option(label=f"{say(FORKLIFT)} (N1)")
    page.get_by_role("button", name=say("Write it down")).click()
    story.look(desk, "skills-add-wrong")
    page.get_by_label(say("Number of the licence")).fill("TS6N320324199001011234")
    page.get_by_label(say("Last day on which it holds")).fill("2021-09-01")
    page.get_by_role("button", name=say("Write it down")).click()
    expect(page.get_by_text(say("nobody"), exact=True)).to_be_visible()
    for words in ("I have seen the original", "The bearer agrees to be asked"):
        page.get_by_role("button", name=say(words)).click()
        expect(page.get_by_text(say("Kept, with your name and the time."))).to_be_visible()
    story.look(desk, "skills-licence")
    page = desk.open("/skills/?show=soon")
    expect(page.get_by_role("link", name="王*")).to_be_visible()
    story.look(desk, "skills-soon")
