"""Figure 4's ground: the ledger of a drill of 100,000 people and 14 days, made once and kept by seed and code.

    district = make()                        # minutes the first time, seconds afterwards
    with serving(district) as url:           # kakou serve on it
        links = logins(district, url)        # one for every role, good once
        cases(district, 100)                 # people to trace

The drill's own people are registered and its own passages poured in (`bench.tracing.filling`), folded, and the index of
tracing is built. What the worker would do besides and changes no stay was never done, and it does not catch up on it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from bench.figures import ROOT, Figure, measured
from bench.house import free_port
from bench.laboratory import at_work
from kakou.config.launcher import launch

SEED, PEOPLE, DAYS = 2021, 100_000, 14
FOLDER = ROOT / "build" / "districts"
# what decides which passages and stays are in it; schema and index are brought up to date each time
SOURCES = (
    "bench/tracing/filling.py", "kakou/drill/world", "kakou/drill/days", "kakou/drill/settling", "kakou/ledger/lane",
    "kakou/ledger/stays",
)  # fmt: skip
FAST = {
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "8GB",
    "shared_buffers": "1GB", "checkpoint_timeout": "30min",
}  # fmt: skip
STAGES = (("settle", "pages"), ("pour", "worker"), ("fold", "worker"), ("index", "worker"))
_COUNTS = """select
  (select count(*) from ledger_passage), (select count(*) from ledger_stay), (select count(*) from ledger_quarantined),
  (select count(*) from people_person), (select count(*) from access_device),
  (select count(*) from workorders_workorder), pg_database_size(current_database())"""
_COUNTED = "passages", "stays", "quarantined", "people", "phones", "orders", "bytes"
_WENT_ABOUT = """select subject from ledger_stay join people_person p on p.id = subject where since_at between %s and %s
  group by subject having count(*) >= 4 order by subject"""
MARK = "district.json"
LEFT_OUT = ("KAKOU_PG_SOCKET", "KAKOU_KEYS", "KAKOU_DB", "DATABASE_URL", "KAKOU_ROLE")  # of another installation


@dataclass(frozen=True)
class District:
    """`until`: nothing happens from then on. `seconds`: what each stage took when made; `counts`: what is in it."""

    home: Path
    seed: int
    people: int
    days: int
    until: dt.datetime
    seconds: Mapping[str, float] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        """Of a process that works on it; KAKOU_ROLE is to be added."""
        return {**{k: v for k, v in os.environ.items() if k not in LEFT_OUT}, "KAKOU_HOME": str(self.home)}

    def run(self, *arguments: str, role: str = "pages") -> str:
        """Python on it; what it printed. Raises CalledProcessError."""
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env={**self.env, "KAKOU_ROLE": role}, stdout=subprocess.PIPE,
            text=True, check=True,
        )  # fmt: skip
        return done.stdout


class Case(NamedTuple):
    """Somebody to trace: his id in the register, the day of the onset, the moment of the first positive test."""

    person: UUID
    onset: dt.date
    positive: dt.datetime


def make(
    *, people: int = PEOPLE, days: int = DAYS, seed: int = SEED, folder: Path = FOLDER, at: dt.datetime | None = None
) -> District:
    """The one that was made before by the same code, or a new one of the days up to `at` (now)."""
    home = folder / f"{seed}-{people}-{days}-{_code()}"
    mark = home / MARK
    if mark.exists():
        told = json.loads(mark.read_text())
        district = District(**{**told, "home": home, "until": dt.datetime.fromisoformat(told["until"])})
        district.run("-m", "kakou", "migrate")
        return district
    until = (at or dt.datetime.now(dt.UTC)).replace(minute=0, second=0, microsecond=0)
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    home.chmod(0o711)  # the database's own user must pass
    district = _built(District(home, seed, people, days, until))
    mark.write_text(json.dumps({**asdict(district), "home": "", "until": district.until.isoformat()}))
    return district


def _code() -> str:
    digest = hashlib.sha256()
    for source in SOURCES:
        path = ROOT / source
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            if not {"tests", "migrations", "__pycache__"} & set(file.parts):
                digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return digest.hexdigest()[:10]


def _built(bare: District) -> District:
    seconds: dict[str, float] = {}
    bare.run("-m", "kakou", "migrate")
    with _quick_database(bare):
        for stage, role in STAGES:
            began = time.monotonic()
            print(f"   {stage} …", file=sys.stderr, flush=True)
            told = bare.run(
                "-m", "bench.tracing.district", stage, str(bare.seed), str(bare.people), str(bare.days),
                bare.until.isoformat(), role=role,
            )  # fmt: skip
            seconds[stage] = round(time.monotonic() - began, 1)
            print(f"   {stage}: {seconds[stage]} s {told.strip()}", file=sys.stderr, flush=True)
        counts = json.loads(bare.run("-m", "bench.tracing.district", "count", role="worker").strip().splitlines()[-1])
    return District(bare.home, bare.seed, bare.people, bare.days, bare.until, seconds, counts)


@contextmanager
def _quick_database(district: District) -> Iterator[None]:
    """The private PostgreSQL while nothing in it need survive a power cut."""
    from kakou.config.postgres import PrivatePostgres

    ask = "from kakou.config import settings; print(settings.PG_SOCKET)"
    socket = Path(district.run("-c", ask).strip())
    server = PrivatePostgres(district.home / "pg", socket, settings=FAST)
    server.start()
    try:
        yield
    finally:
        server.stop()


@contextmanager
def serving(district: District, patience: float = 120) -> Iterator[str]:
    """`kakou serve` on it until the block or this process ends; its address. Raises RuntimeError without an answer."""
    port = free_port()
    url, log = f"http://127.0.0.1:{port}", district.home / "serve.log"
    with log.open("wb") as told:
        without = [word for name in LEFT_OUT for word in ("-u", name)]
        words = ["/usr/bin/env", *without, sys.executable, "-m", "kakou", "serve", "--port", str(port)]
        child = launch(words, env=district.env, output=told, cwd=str(ROOT))
    try:
        deadline = time.monotonic() + patience
        while not _answers(url):
            if child.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"kakou serve did not come up: {log.read_text()[-500:]}")
            time.sleep(0.2)
        yield url
    finally:
        child.terminate()
        child.wait(60)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/accounts/login/", timeout=20) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def logins(district: District, url: str) -> dict[str, str]:
    """Link by title of each role."""
    told = district.run("-m", "kakou", "drill", "logins", "--url", url)
    lines = [line.strip().partition("  ") for line in told.splitlines() if "/drill/enter/" in line]
    return {title.strip(): link for link, _, title in lines}


def cases(district: District, many: int, seed: int = 1) -> list[Case]:
    """People who went about in the last week, with an onset three days and a test one day before the end."""
    told = district.run("-m", "bench.tracing.district", "cases", str(many), str(seed), district.until.isoformat(),
                        role="worker")  # fmt: skip
    rows = json.loads(told.strip().splitlines()[-1])
    return [
        Case(UUID(person), dt.date.fromisoformat(onset), dt.datetime.fromisoformat(positive))
        for person, onset, positive in rows
    ]


def figures(district: District) -> list[Figure]:
    """What was made, and how long it took."""
    told = [Figure("4", f"the ledger: {name}", value, "") for name, value in district.counts.items()]
    took = sum(district.seconds.values()) / 60
    return [*told, measured("4", "made in (once for each seed and code)", [took], "min")]


def _stage(stage: str, seed: int, people: int, days: int, until: dt.datetime) -> None:
    from bench.tracing import filling
    from kakou.drill.models import Run

    if stage == "settle":
        filling.settle(seed=seed, people=people, days=days, at=until)
    elif stage == "pour":
        run = Run.objects.get()
        for told in filling.pour(run, filling.story_of(run)):
            print(f"\r   {told['stored']:,} passages", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
        filling.analyse()
    elif stage == "fold":
        print(filling.fold(Run.objects.get(), at=until))
        filling.analyse()
    else:
        from kakou.tracing.segments import warm_index

        print(f"{len(warm_index(until).index)} times")


def _count() -> None:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute(_COUNTS)
        print(json.dumps(dict(zip(_COUNTED, cursor.fetchone(), strict=True))))


def _cases(many: int, seed: int, until: dt.datetime) -> None:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute(_WENT_ABOUT, [until - dt.timedelta(days=7), until])
        known = [subject for (subject,) in cursor.fetchall()]
    positive = until - dt.timedelta(days=1)
    chosen = random.Random(seed).sample(known, many)
    onset = (positive - dt.timedelta(days=2)).date()
    print(json.dumps([(str(person), onset.isoformat(), positive.isoformat()) for person in chosen]))


def main() -> None:
    """`python -m bench.tracing.district [PEOPLE]` makes it; its stages run as processes of their own."""
    stage, *rest = sys.argv[1:] or [str(PEOPLE)]
    if stage.isdecimal():
        district = make(people=int(stage))
        print(json.dumps({**asdict(district), "home": str(district.home), "until": district.until.isoformat()}))
        return
    with at_work():
        if stage == "count":
            _count()
        elif stage == "cases":
            _cases(int(rest[0]), int(rest[1]), dt.datetime.fromisoformat(rest[2]))
        else:
            _stage(stage, int(rest[0]), int(rest[1]), int(rest[2]), dt.datetime.fromisoformat(rest[3]))


if __name__ == "__main__":
    main()
