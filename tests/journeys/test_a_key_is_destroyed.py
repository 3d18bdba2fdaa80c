"""The key of a day is destroyed, on the console and by two administrators in the browser: names are gone everywhere,
every page says so, and the audit tells who did it, when and why."""

import getpass

import pytest
from click.testing import CliRunner
from django.utils import translation
from playwright.sync_api import expect

from kakou import vault
from kakou.access.rules import Role
from kakou.access.scope import acting_as_system
from kakou.people.models import Person
from kakou.vault.keys import KeyStore
from kakou.vault.management.cli import group
from tests.cast import staff
from tests.journeys.storytelling import DESK, PHONE
from tests.journeys.works import seat, story

__all__ = ["story"]
WHY = "本人依法要求删除"
NAMES = ("王*", "李*", "赵*", "王晓梅", "李国强", "赵敏")


@pytest.fixture(autouse=True)
def own_keys(tmp_path, monkeypatch):
    monkeypatch.setenv("KAKOU_KEYS", str(tmp_path / "keys"))
    KeyStore.create(tmp_path / "keys")


def due_of(subject):
    with acting_as_system():
        return Person.objects.get(pk=subject).due_on.isoformat()


def gone(story, words="Name destroyed ·%(mark)s"):
    """The words that stand where a name stood, up to the mark."""
    return story.say(words, mark="")


def test_on_the_console_and_the_pages_say_so(story, district):
    say, day = story.say, due_of(district.zhao)
    desk = seat(story, district.cast.secretary)
    page = desk.open(f"/ledger/subject/{district.zhao}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("赵*")
    [name] = [key.name for key in vault.store().data_keys() if key.due.isoformat() == day]

    with translation.override(story.language):
        told = CliRunner().invoke(group, ["destroy", name, "--early"], input="y\n")
        checked = CliRunner().invoke(group, ["check"])
    assert (told.exit_code, checked.exit_code) == (0, 0), told.output + checked.output

    desk.open(f"/ledger/subject/{district.zhao}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text(gone(story))
    story.look(desk, "key-gone-trail", DESK, PHONE)
    reveal = desk.open(f"/ledger/subject/{district.zhao}/reveal/phone/")
    reveal.locator("[name=reason]").fill("流调复核")
    reveal.get_by_role("button").last.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    story.look(desk, "key-gone-reveal")

    auditor = seat(story, district.cast.auditor)
    page = auditor.open("/audit/?kind=records")
    act = page.get_by_role("row").filter(has_text=say("Destroyed a key"))
    expect(act).to_contain_text(name)
    expect(act).to_contain_text(say("%(user)s, on the console", user=getpass.getuser()))
    story.look(auditor, "key-audit-console")


def test_by_two_administrators_who_saw_what_goes(story, district):
    say, day = story.say, due_of(district.wang)
    second = staff("second", Role.ADMINISTRATOR, district.tree.street)
    desk = seat(story, district.cast.administrator)
    page = desk.open("/keys/")
    story.look(desk, "keys", DESK, PHONE)
    page.get_by_role("link", name=day).click()
    people = say("Residents and other people of the register")
    expect(page.get_by_role("row").filter(has_text=people)).to_be_visible()
    page.get_by_role("button", name=say("Ask for its destruction")).click()  # without a reason
    expect(page.get_by_role("alert").first).to_be_visible()
    story.look(desk, "key-why-not")
    page.get_by_label(say("Why must it become unreadable?")).fill(WHY)
    page.get_by_role("button", name=say("Ask for its destruction")).click()
    expect(
        page.get_by_text(say("It waits for another administrator: you asked, so you cannot destroy it."))
    ).to_be_visible()
    expect(page.get_by_role("button", name=say("Destroy it for good"))).to_have_count(0)
    story.look(desk, "key-waits")

    other = seat(story, second)
    page = other.open("/")
    page.locator("#keys a").click()
    expect(page.get_by_text(say("waits for a second person")).first).to_be_visible()
    page.get_by_role("link", name=day).click()
    expect(page.get_by_text(WHY)).to_be_visible()
    page.get_by_label(say("Write the day, to say that you mean it")).fill("2001-01-01")
    page.get_by_role("button", name=say("Destroy it for good")).click()
    expect(page.get_by_role("alert").first).to_be_visible()
    story.look(other, "key-destroy", DESK, PHONE)
    page.get_by_label(say("Write the day, to say that you mean it")).fill(day)
    page.get_by_role("button", name=say("Destroy it for good")).click()
    expect(page.get_by_role("heading", name=say("It is destroyed"))).to_be_visible()
    story.look(other, "key-destroyed", DESK, PHONE)

    # whoever works with the data finds no name, and is told why
    worker = seat(story, district.cast.worker)
    page = worker.open(f"/ledger/subject/{district.wang}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text(gone(story))
    for path, name in (
        ("/ledger/today/", "today"), ("/ledger/inside/?show=out", "inside"), ("/people/households/", "households"),
        (f"/people/households/{district.wang}/", "household"),
        ("/people/census/", "census"), ("/skills/", "skills"), ("/screening/passes/", "passes"),
    ):  # fmt: skip
        page = worker.open(path)
        assert not [told for told in NAMES[:2] + NAMES[3:5] if told in page.locator("main").inner_text()], path
        story.look(worker, f"key-gone-{name}", *((DESK, PHONE) if name == "household" else ()))

    page = worker.open("/ledger/find/")
    page.locator("#q").fill("wxm")
    expect(page.locator("#found").get_by_text(gone(story))).to_be_visible()
    story.look(worker, "key-gone-found")

    auditor = seat(story, district.cast.auditor)
    page = auditor.open("/audit/?kind=records")
    asked = page.get_by_role("row").filter(has_text=say("Asked to have the key of a day destroyed"))
    done = page.get_by_role("row").filter(has_text=say("Destroyed a key"))
    expect(asked).to_contain_text("administrator")
    expect(asked).to_contain_text(WHY)
    expect(done.first).to_contain_text("second")
    expect(done.first).to_contain_text(day)
    story.look(auditor, "key-audit", DESK, PHONE)
