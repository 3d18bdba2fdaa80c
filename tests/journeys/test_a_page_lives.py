"""A desk sees what a gate records without touching the page."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import asyncpg
import pytest
from django.db import connection, connections, transaction
from playwright.sync_api import Route, expect

from kakou.kernel.ids import new_id
from kakou.kernel.time import now
from kakou.ledger.models import Passage
from kakou.web.actions import announce
from kakou.web.sse import Hub
from kakou.web.sse.ticket import COOKIE


@pytest.fixture
def feed() -> Iterator[int]:
    """The hub behind a port of its own; a browser's `/events` is led there."""
    settings, ready, ports = connection.settings_dict, threading.Event(), []
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def serve() -> None:
        hub = Hub(poll=0.2)
        await hub.start(lambda: asyncpg.connect(host=settings["HOST"], user="kakou_lane", database=settings["NAME"]))
        server = await asyncio.start_server(lambda r, w: answer(hub, r, w), "127.0.0.1", 0)
        ports.append(server.sockets[0].getsockname()[1])
        ready.set()
        await stop.wait()
        await hub.stop()
        server.close()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    ready.wait(20)
    yield ports[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join(20)
    loop.close()


async def answer(hub: Hub, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Just enough HTTP for one stream: the head in, the hub's messages out, unframed, until either side leaves."""
    lines = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
    path, _, query = lines[0].split()[1].partition(b"?")
    headers = [(name.lower(), value.strip()) for name, _, value in (line.partition(b":") for line in lines[1:] if line)]
    headers += [(b"cookie", value) for name, value in headers if name == b"x-ticket"]

    async def receive() -> dict[str, object]:
        await reader.read()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, object]) -> None:
        if message["type"] == "http.response.start":
            writer.write(b"HTTP/1.1 %d x\r\nconnection: close\r\n" % message["status"])
            writer.writelines(name + b": " + value + b"\r\n" for name, value in message["headers"])
            writer.write(b"\r\n")
        writer.write(message.get("body", b""))
        await writer.drain()

    await hub({"type": "http", "path": path.decode(), "query_string": query, "headers": headers}, receive, send)
    writer.close()


@pytest.fixture
def desk(sit, district, feed):
    """The secretary at a desk whose live feed is the one above."""
    desk = sit(district.cast.secretary, language="en")

    def lead(route: Route) -> None:
        """To the other port. A redirected request leaves its cookies behind: the ticket goes in a header of its own."""
        [ticket] = [c["value"] for c in desk.page.context.cookies(f"{desk.address}/events") if c["name"] == COOKIE]
        headers = {**route.request.headers, "x-ticket": f"{COOKIE}={ticket}"}
        route.continue_(url=route.request.url.replace(desk.address, f"http://127.0.0.1:{feed}"), headers=headers)

    desk.page.route("**/events*", lead)
    yield desk
    connections["owner"].close()


def pass_gate(district) -> None:
    """What the lane does: a row, and a word to the open pages."""
    gate, moment = district.tree.garden_gate.pk, now()
    Passage.objects.using("owner").create(
        id=new_id(), node_id=gate, direction=1, crossed=True, subject=new_id(), subject_kind=1, verdict=1,
        happened_at=moment, device_at=moment, recorded_at=moment, hash=bytes(32), recorder=district.cast.recorder.pk,
    )  # fmt: skip
    with transaction.atomic():
        announce("ledger.passages", node=gate, count=1)


def test_a_passage_appears_on_the_desk_by_itself(desk, district):
    page = desk.open(f"/ledger/today/?place={district.tree.garden_gate.pk}")
    expect(page.locator("[data-live-lamp]")).to_have_text("Live")
    expect(page.get_by_text("Nobody passed here yet")).to_be_visible()
    pass_gate(district)
    expect(page.locator("#last")).to_contain_text("Admitted", timeout=5_000)


def test_what_happens_before_the_feed_begins_appears_too(desk, district):
    """The page is made, somebody passes, and only then does the page begin to listen."""
    waiting: list[Route] = []
    desk.page.route("**/live/", lambda route: waiting.append(route))
    page = desk.open(f"/ledger/today/?place={district.tree.garden_gate.pk}")
    expect(page.get_by_text("Nobody passed here yet")).to_be_visible()
    pass_gate(district)
    waiting.pop().continue_()
    expect(page.locator("#last")).to_contain_text("Admitted", timeout=5_000)


def test_a_place_is_switched_by_keyboard_and_the_page_stays(sit, district):
    desk = sit(district.cast.commander, language="en")
    page = desk.open(f"/ledger/loops/?place={district.tree.garden.pk}")
    page.locator(".place summary").focus()
    page.keyboard.press("Enter")
    box = page.get_by_label("Find a place")
    expect(box).to_be_visible()
    box.fill("果园")
    page.get_by_role("link", name="果园村").first.click()
    expect(page).to_have_url(f"{desk.address}/ledger/loops/?place={district.tree.orchard.pk}")
    expect(page.locator(".place summary")).to_contain_text("果园村")


TYPES_AT_ONCE = """() => new MutationObserver((_, watch) => {
  const box = document.getElementById("place-q");
  if (!box) return;
  watch.disconnect();
  box.value = "果园";
  box.dispatchEvent(new Event("input", { bubbles: true }));
}).observe(document.body, { childList: true, subtree: true })"""


def test_what_is_typed_the_moment_the_box_appears_is_looked_for(sit, district):
    desk = sit(district.cast.commander, language="en")
    page = desk.open(f"/ledger/loops/?place={district.tree.garden.pk}")
    page.evaluate(TYPES_AT_ONCE)
    page.locator(".place summary").click()
    expect(page.get_by_role("link", name="果园村").first).to_be_visible(timeout=5_000)


def test_somebody_is_found_while_typing_and_opened_by_keyboard(sit, district):
    desk = sit(district.cast.secretary, language="en")
    page = desk.open(f"/ledger/loops/?place={district.tree.garden.pk}")
    page.get_by_role("navigation", name="Main menu").get_by_role("link", name="Find").click()
    page.locator("body").press("Escape")
    page.keyboard.press("Tab")
    page.locator("main").focus()
    page.keyboard.press("/")
    page.keyboard.type("wxm")
    expect(page.locator("#found")).to_contain_text("1 found")
    assert "wxm" not in page.url
    page.get_by_role("link", name="王**").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("王**")


def test_unmasking_asks_why_and_closing_asks_for_evidence(sit, district):
    desk = sit(district.cast.secretary, language="en")
    page = desk.open(f"/ledger/subject/{district.wang}/")
    page.get_by_role("link", name="unmask Phone").click()
    page.get_by_role("button", name="Show it for one minute").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.get_by_label("Why do you need to see it?").fill("Called about a missing exit")
    page.get_by_role("button", name="Show it for one minute").click()
    expect(page.get_by_text("13800138001")).to_be_visible()
    page = desk.open(f"/ledger/loops/{district.order}/")
    page.get_by_label("What was found out or done").fill("Left by the west lane, seen by the guard")
    page.get_by_role("button", name="Close with this evidence").click()
    expect(page.get_by_text("Closed, with your name and the time.")).to_be_visible()
    expect(page.get_by_text("Everything is closed")).to_be_visible()
