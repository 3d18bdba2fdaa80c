"""企业进货来时,到卡口都是由村干部把车开进去的: an enterprise announces its goods vehicle; the driver stays outside,
a village cadre with a fitting licence drives it in, and it is handed back, each step signed."""

from playwright.sync_api import expect

from kakou.access.scope import acting_as_system
from kakou.deliveries.models import Delivery, DeliveryStep
from kakou.deliveries.pages.words import BODIES, GOODS
from kakou.deliveries.rules import STEPS, Body, Goods, State
from kakou.skills.rules import Skill
from kakou.skills.tests.helping import driver
from tests.journeys.storytelling import DESK, PHONE
from tests.journeys.works import seat, story, works

__all__ = ["story", "works"]


def test_from_the_enterprises_telephone_to_the_key_in_the_drivers_hand(story, works, district):
    say, cast = story.say, district.cast
    driver(district.tree.garden, 1, cast.worker, name="吴超", skill=Skill.CLASS_B2)
    driver(district.tree.garden, 2, cast.worker, name="李述", skill=Skill.CLASS_B2, is_seen=False)

    office = seat(story, None, PHONE)
    page = office.open(f"/p/{works.code}/")
    page.get_by_role("link", name=say("Announce a goods vehicle")).click()
    page.get_by_label(say("Plate")).fill("苏C1")
    page.get_by_label(say("What kind of vehicle")).select_option(label=say(BODIES[Body.LARGE_TRUCK]))
    page.get_by_label(say("What it brings")).select_option(label=say(GOODS[Goods.PARTS]))
    page.get_by_role("button", name=say("Announce it")).click()
    story.look(office, "delivery-announce-wrong")
    page.get_by_label(say("Plate")).fill("苏C12345")
    page.get_by_label(say("Telephone of the driver (may be left out)")).fill("139 0013 9001")
    story.look(office, "delivery-announce", PHONE)
    page.get_by_role("button", name=say("Announce it")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("Announced"))
    expect(page.get_by_text("苏C·***45")).to_be_visible()
    story.look(office, "delivery-announced")

    keeper = seat(story, works.keeper, PHONE)
    page = keeper.open("/deliveries/")
    expect(page.get_by_text("城东电器厂").first).to_be_visible()
    story.look(keeper, "deliveries")
    page.get_by_role("link", name="苏C·***45").click()
    for step in (State.ARRIVED, State.DRIVER_OUT, State.DISINFECTED):
        page.get_by_role("button", name=say(STEPS[step].words)).click()
        expect(page.get_by_role("listitem").filter(has_text=say(STEPS[step].words)).first).to_be_visible()
    expect(page.get_by_text(say("nobody has seen the licence"))).to_be_visible()  # 李述 may not
    expect(page.get_by_role("radio")).to_have_count(1)
    story.look(keeper, "delivery-escort", PHONE)
    page.get_by_role("button", name=say(STEPS[State.DRIVEN_IN].words)).click()
    expect(page.get_by_role("alert").first).to_be_visible()  # nobody was chosen
    page.get_by_role("radio").check()
    story.look(keeper, "delivery-nobody-chosen")
    for step in (State.DRIVEN_IN, State.UNLOADED, State.DRIVEN_OUT, State.HANDED_BACK):
        page.get_by_role("button", name=say(STEPS[step].words)).click()
        expect(page.get_by_text(say("Signed: %(step)s.", step=say(STEPS[step].words)))).to_be_visible()

    desk = seat(story, cast.secretary)
    page = desk.open("/deliveries/?state=over")
    story.look(desk, "deliveries-over")
    page.get_by_role("link", name="苏C·***45").click()
    expect(page.get_by_text(say("Handed back"), exact=True).first).to_be_visible()
    story.look(desk, "delivery-handed-back", DESK)
    with acting_as_system():
        steps = list(DeliveryStep.objects.select_related("by").order_by("at", "id"))
        assert Delivery.objects.get().state == State.HANDED_BACK
    assert [step.step for step in steps] == [
        "announced", "arrived", "driver_out", "disinfected", "driven_in", "unloaded", "driven_out", "handed_back",
    ]  # fmt: skip
    assert {step.by for step in steps[1:]} == {works.keeper}
    assert [step.step for step in steps if step.escort_id] == ["driven_in"]


def test_parcels_wait_at_the_gate_until_somebody_fetches_them(story, works, district):
    say = story.say
    keeper = seat(story, works.keeper, PHONE)
    page = keeper.open("/parcels/")
    story.look(keeper, "parcels-empty")
    page.get_by_role("link", name=say("Take parcels in")).click()
    page.get_by_label(say("Whom it is for")).select_option(label="阳光小区")
    page.get_by_label(say("Door"), exact=True).fill("3栋2单元501")
    page.get_by_label(say("How many pieces")).fill("2")
    story.look(keeper, "parcels-take-in")
    page.get_by_role("button", name=say("Take them in")).click()
    expect(page.get_by_text("3******1").first).to_be_visible()
    story.look(keeper, "parcels", PHONE)
    page.locator("form[action*='told'] button").click()
    page.get_by_label(say("Door that somebody asks for")).fill("32-501")
    page.get_by_role("button", name=say("Find"), exact=True).click()
    expect(page.get_by_text(say("Nothing lies here for that door"))).to_be_visible()
    page.get_by_label(say("Door that somebody asks for")).fill("３-2-501")
    page.get_by_role("button", name=say("Find"), exact=True).click()
    page.locator("summary", has_text=say("Give out")).click()
    page.get_by_label(say("Who takes it")).fill("杨娟")
    page.get_by_role("button", name=say("Give it out")).click()
    expect(page.get_by_text(say("Given out, with your name and the time."))).to_be_visible()
    page.get_by_role("link", name=say("Collected"), exact=True).click()
    expect(page.get_by_text("杨*").first).to_be_visible()
    story.look(keeper, "parcels-collected")
