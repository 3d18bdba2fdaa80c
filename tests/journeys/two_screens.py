"""Phones that see each other: what one draws on its screen is what the other's camera shows."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, Playwright

from bench.frames.camera import HEIGHT, WIDTH
from scripts.browser import FLAGS, found
from tests.journeys.test_codes_are_scanned import FakeCamera

DRAWN = """() => {
  const canvas = document.querySelector('.exchange canvas');
  if (!canvas || canvas.width < 40) return null;
  const { width, height } = canvas;
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
  let light = '';
  for (let at = 0; at < data.length; at += 4) light += String.fromCharCode(data[at]);
  return [width, height, btoa(light)];
}"""
TABLE = 110  # how dark is what lies around the screen


class Eye:
    """A browser of its own whose camera looks at another's screen."""

    def __init__(self, playwright: Playwright, folder: Path, name: str) -> None:
        film = folder / f"{name}.y4m"
        self.camera = FakeCamera(film)
        self.camera.shows_nothing()
        flags = [
            *FLAGS, "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}",
            "--use-fake-ui-for-media-stream",
        ]  # fmt: skip
        self.browser: Browser = playwright.chromium.launch(executable_path=found(), args=flags)

    def sees(self, page: Page) -> bool:
        """Look at the code that the page shows now; False where it shows none."""
        drawn = page.evaluate(DRAWN)
        if drawn is None:
            return False
        width, height, light = drawn
        code = np.frombuffer(base64.b64decode(light), dtype=np.uint8).reshape(height, width)
        code = code.repeat(2, axis=0).repeat(2, axis=1)[:HEIGHT, :WIDTH]
        frame = np.full((HEIGHT, WIDTH), TABLE, dtype=np.uint8)
        top, left = ((whole - part) // 2 for whole, part in zip(frame.shape, code.shape, strict=True))
        frame[top : top + code.shape[0], left : left + code.shape[1]] = code
        self.camera.shows(frame)
        return True

    def close(self) -> None:
        """Put it away."""
        self.browser.close()
        self.camera.close()
