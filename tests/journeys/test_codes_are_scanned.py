"""The scanner before a camera: a fake one, whose picture is a file that is written over while it plays."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, Playwright

from bench.frames.camera import HEIGHT, WIDTH
from bench.frames.frame_set import Case, cases
from bench.frames.serving import scanner_built, served
from bench.phone_page import NoPage
from scripts.browser import FLAGS, found

HEADER = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F30:1 Ip A1:1 C420\nFRAME\n".encode()
CALL = "async ([name, given]) => (await import('/camera.js'))[name]?.(...given)"
SEES = "async text => (await import('/camera.js')).texts.some(([seen]) => seen === text)"
PLAIN = "gate.example"  # reached without https, and not this machine by its name
GATE = Path(__file__).resolve().parents[2] / "gate"


class FakeCamera:
    """A film of one frame, which Chromium reads again for every frame that it shows."""

    def __init__(self, file: Path) -> None:
        file.write_bytes(HEADER + bytes([128]) * (WIDTH * HEIGHT * 3 // 2))
        self._file = os.open(file, os.O_WRONLY)

    def shows(self, frame: NDArray[np.uint8]) -> None:
        """The next person steps up."""
        os.pwrite(self._file, frame.tobytes(), len(HEADER))

    def shows_nothing(self) -> None:
        """And steps down."""
        self.shows(np.full((HEIGHT, WIDTH), 128, dtype=np.uint8))

    def close(self) -> None:
        os.close(self._file)


class Gate:
    """A page that scans, and what is before its camera."""

    def __init__(self, page: Page, camera: FakeCamera) -> None:
        self.page, self.camera = page, camera

    def ask(self, name: str, *given: object):
        return self.page.evaluate(CALL, [name, list(given)])

    def told(self, name: str):
        return self.page.evaluate("async name => (await import('/camera.js'))[name]", name)

    def until(self, condition: str, given: object = None, seconds: float = 20) -> None:
        """Until an asynchronous condition holds; wait_for_function takes the promise itself for true."""
        end = time.monotonic() + seconds
        while not self.page.evaluate(condition, given):
            assert time.monotonic() < end, f"not within {seconds} s: {condition}; read: {self.told('texts')}"
            self.page.wait_for_timeout(20)

    def is_read_by(self, reader: str) -> None:
        self.until("async name => (await import('/camera.js')).reader() === name", reader)

    def reads(self, case: Case, seconds: float = 10) -> None:
        """Show it and wait until it is read."""
        self.camera.shows(case.frame())
        self.until(SEES, case.text, seconds)


@pytest.fixture(scope="module")
def built() -> Iterator[Path]:
    if not (GATE / "node_modules/zxing-wasm").exists():
        pytest.skip("gate/ is not set up (make setup-dev)")
    try:
        with scanner_built() as folder:
            yield folder
    except NoPage as why:
        pytest.fail(str(why))


@pytest.fixture(scope="module")
def address(built: Path) -> Iterator[str]:
    with served(built) as here:
        yield here


@pytest.fixture
def stand(playwright: Playwright, browser: Browser, address: str, tmp_path: Path) -> Iterator[Callable[..., Gate]]:
    """`stand(allowed=True)` → a Gate. Ends with: no foreign request, no complaint. No Chromium: `browser` skips."""
    opened: list[tuple[Browser, FakeCamera]] = []
    foreign: list[str] = []
    wrong: list[str] = []

    def start(
        *, allowed: bool = True, device: bool = True, fetched: bool = True, host: str = "127.0.0.1", before: str = ""
    ) -> Gate:
        camera = FakeCamera(tmp_path / f"camera{len(opened)}.y4m")
        flags = [
            *FLAGS,
            f"--host-resolver-rules=MAP {PLAIN} 127.0.0.1",
            f"--use-fake-device-for-media-stream{'' if device else '=device-count=0'}",
            *([f"--use-file-for-fake-video-capture={tmp_path}/camera{len(opened)}.y4m"] if device else []),
            *(["--use-fake-ui-for-media-stream"] if allowed else []),
        ]
        chromium = playwright.chromium.launch(executable_path=found(), args=flags)
        opened.append((chromium, camera))
        context = chromium.new_context()
        context.on(
            "request", lambda asked: foreign.append(asked.url) if urlsplit(asked.url).hostname != host and
            urlsplit(asked.url).scheme in ("http", "https", "ws", "wss") else None,
        )  # fmt: skip
        if not fetched:
            context.route("**/*.wasm", lambda route: route.abort())
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.add_init_script(before or "0")
        page.goto(address.replace("127.0.0.1", host))
        gate = Gate(page, camera)
        gate.ask("start")
        return gate

    yield start
    for chromium, camera in opened:
        chromium.close()
        camera.close()
    assert foreign == []
    assert wrong == []


def well_held(count: int, seed: int) -> list[Case]:
    return [case for case in cases(count, seed) if case.kind == "held well"]


def test_twenty_people_step_up_one_after_another(stand, record_property):
    gate = stand()
    people = well_held(20, 1)
    gate.is_read_by("zxing")
    for person in people:
        gate.reads(person)
    told = gate.told("texts")
    assert [text for text, _ in told] == [person.text for person in people]  # each once, though seen many times
    assert {reader for _, reader in told} == {"zxing"}
    assert gate.told("standing") == [None]
    record_property("codes read from a camera", len(told))


def test_the_worker_dies_between_two_people_and_comes_back(stand):
    gate = stand()
    first, second, third = well_held(3, 2)
    gate.is_read_by("zxing")
    gate.reads(first)
    gate.camera.shows_nothing()
    gate.ask("killWorker")
    gate.reads(second)  # by qr, once the worker was silent for too long
    assert dict(gate.told("texts"))[second.text] == "qr"
    gate.is_read_by("zxing")
    gate.reads(third)
    assert dict(gate.told("texts"))[third.text] == "zxing"


def test_before_zxing_is_fetched_codes_are_read_all_the_same(stand):
    gate = stand(fetched=False)
    for person in well_held(3, 3):
        gate.reads(person)
    assert {reader for _, reader in gate.told("texts")} == {"qr"}


def test_a_hidden_page_lets_go_of_the_camera_and_takes_it_again(stand):
    gate = stand()
    first, second = well_held(2, 4)
    gate.reads(first)
    hidden(gate.page, True)
    gate.until("async () => !(await import('/camera.js')).isLive()")
    before = gate.told("frames")
    gate.page.wait_for_timeout(500)
    assert gate.told("frames") - before <= 1  # the one that was being looked at
    hidden(gate.page, False)
    gate.reads(second)
    assert gate.told("standing") == [None, None]


def test_after_it_is_stopped_nothing_is_looked_at(stand):
    gate = stand()
    gate.reads(well_held(1, 5)[0])
    gate.ask("stop")
    assert not gate.ask("isLive")
    before = gate.told("frames")
    gate.page.wait_for_timeout(500)
    assert gate.told("frames") == before


def test_a_camera_without_a_lamp_says_so(stand):
    assert stand().ask("hasTorch") is False


def test_whoever_denies_the_camera_is_told_so(stand):
    assert stand(allowed=False).told("standing") == ["denied"]


def test_where_there_is_no_camera_that_is_told(stand):
    assert stand(device=False).told("standing")[0] == "no-camera"


def test_an_address_without_https_is_told_as_such(stand):
    assert stand(host=PLAIN).told("standing") == ["insecure"]


def test_a_browser_that_tells_of_no_frames_is_looked_at_with_every_picture(stand):
    gate = stand(before="delete HTMLVideoElement.prototype.requestVideoFrameCallback")
    for person in well_held(2, 7):
        gate.reads(person)


def test_a_reader_that_types_is_heard_and_what_it_typed_is_taken_out_of_the_field(stand):
    gate = stand()
    gate.page.evaluate("() => document.body.insertAdjacentHTML('beforeend', '<form><input inputmode=numeric></form>')")
    field = gate.page.locator("input")
    field.press_sequentially("373", delay=120)
    person = well_held(1, 6)[0]
    scan = "text => {const at = document.activeElement; for (const key of [...text, 'Enter']) {" \
        "const down = at.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));" \
        "if (down && key.length === 1) at.value += key; } return at.value}"  # fmt: skip
    gate.page.wait_for_timeout(100)
    assert gate.page.evaluate(scan, person.text) == "373"
    assert gate.told("typed") == [person.text]
    gate.page.wait_for_timeout(100)
    assert gate.page.evaluate(scan, "13800138000") == "37313800138000"  # digits are the field's
    assert gate.told("typed") == [person.text]


def hidden(page: Page, is_hidden: bool) -> None:
    """What a page sees when the phone is locked or another app is before it."""
    state = "hidden" if is_hidden else "visible"
    page.evaluate(
        "state => { Object.defineProperty(document, 'visibilityState', {value: state, configurable: true});"
        "document.dispatchEvent(new Event('visibilitychange')) }", state,
    )  # fmt: skip
