"""A drill of its own to measure in: private PostgreSQL, the front and the real pages; no worker folds unasked."""

from __future__ import annotations

import hashlib
import http.cookiejar
import json
import os
import subprocess
import sys
import time
import urllib.request
from typing import Any

import psutil

from bench.figures import ROOT
from bench.house import House
from kakou.config.serving import PAGES
from kakou.places.rules import EntranceState

_DEVICES = """insert into access_device (node_id, name, token_hash, enrolled_at)
  select node_id, 'bench', %s, now() from places_entrance where state = %s order by node_id offset %s limit 1"""
PATIENCE = 120.0  # seconds until the first page


class Ground(House):
    """Its folder is removed at the end; `stage` runs parts of a program in it, each in a process of its own."""

    def _furnish(self) -> None:
        self.database.start()
        self.run("-m", "kakou", "migrate", role="pages")

    def run(self, *words: str, role: str) -> str:
        """Python in it as a role of the database; what it printed. Raises RuntimeError."""
        env = {**os.environ, **self.env, "KAKOU_ROLE": role, "KAKOU_LANG": "en"}
        done = subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)} ended with {done.returncode}: {done.stdout[-500:]}")
        return done.stdout

    def stage(self, module: str, *words: object, role: str = "pages") -> dict[str, Any]:
        """A stage of a program: the JSON that it prints last."""
        found: dict[str, Any] = json.loads(self.run("-m", module, *map(str, words), role=role).splitlines()[-1])
        return found

    @property
    def url(self) -> str:
        """Where its front answers."""
        return f"http://127.0.0.1:{self.port}"

    def start_pages(self) -> psutil.Process:
        """The real pages."""
        file = self.home / "pages.sock"
        started = self._start(*PAGES, "--uds", str(file), "kakou.config.wsgi:application", answers=file.exists)
        deadline = time.monotonic() + PATIENCE
        while not self._opens():
            if time.monotonic() > deadline:
                raise RuntimeError("the pages did not come up")
            time.sleep(0.5)
        return started

    def _opens(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/accounts/login/", timeout=PATIENCE) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def browser(self, title: str) -> urllib.request.OpenerDirector:
        """Somebody with the role of this title, logged in."""
        told = self.run("-m", "kakou", "drill", "logins", "--url", self.url, role="pages")
        lines = [line.strip().partition("  ") for line in told.splitlines() if "/drill/enter/" in line]
        link = next(link for link, _, words in lines if words.strip() == title)
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        browser.open(link, timeout=120).read()
        return browser

    def page(self, browser: urllib.request.OpenerDirector, path: str, looks: int) -> list[float]:
        """Milliseconds until the whole of a page is there, one for each look but the first."""
        rounds = []
        for _ in range(looks + 1):
            began = time.perf_counter()
            with browser.open(self.url + path, timeout=300) as answer:
                body = answer.read()
            rounds.append((time.perf_counter() - began) * 1000)
            if answer.geturl() != self.url + path or len(body) < 2_000:
                raise RuntimeError(f"{path} did not open")
        return rounds[1:]

    def enrol_benches(self) -> None:
        """Phones whose tokens the benchmark of the intake knows, at gates of the drill."""
        with self.connect() as owner:
            for number, token in enumerate(self.tokens):
                digest = hashlib.sha256(token.encode()).digest()
                owner.execute(_DEVICES, [digest, EntranceState.STAFFED.value, number])
            owner.execute("vacuum analyze ledger_passage")

    def ask(self, sql: str) -> int:
        """One number."""
        with self.connect("postgres") as admin:
            row = admin.execute(sql.encode()).fetchone()
        assert row is not None
        return int(str(row[0]))
