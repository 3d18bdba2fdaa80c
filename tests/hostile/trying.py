"""Sending hostile files to doors, and judging what came of it: the answer, the processes, every table."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.core.cache import cache
from django.db import connections

from kakou.services.rules.robots import dingtalk_signature
from tests.hostile.doors import Door, Reads, Who, World
from tests.hostile.server import MOST, Answer, Browser, Server

MOST_CPU = 30.0  # seconds for one file
# what a refused file may leave: that somebody asked, and how often
BOOKS = {"audit_event", "audit_head", "django_session", "web_cache", "axes_accessattempt", "axes_accesslog",
         "axes_accessfailurelog"}  # fmt: skip
HAN, LATIN = re.compile(r"[\u4e00-\u9fff]{4}"), re.compile(r"[A-Za-z]{3,} [a-z]{2,}")
NOT_OF_THE_FILE = (
    "This field is required",
    "Select a valid choice",
    "Enter a ",
    "Please choose",
    "open too long",
    "打开太久",
)
TOLD = re.compile(
    r'class="(?:wrong|summary)[^>]*>(.*?)</(?:span|div)>|role="alert"[^>]*>(.*?)</section|<td>(.*?)</td>', re.S
)


def told_in(answer: Answer) -> str:
    """What an answer says is wrong, in words."""
    return told_of(answer.headers.get("content-type", ""), answer.text)


def told_of(media_type: str, text: str) -> str:
    """The same of an answer of that type."""
    if "html" not in media_type:
        return text
    main = text.partition("<main")[2] or text
    said = [next(filter(None, groups), "") for groups in TOLD.findall(main)]
    if not any(said):
        said = re.findall(r"<(?:h1|p)>(.*?)</(?:h1|p)>", main, re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", " ".join(said))).split())


def tables() -> dict[str, tuple[int, int]]:
    """Every table: how many rows, and a sum over what they say."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
            " and not relispartition order by relname"
        )
        names = [name for (name,) in cursor.fetchall() if name not in BOOKS]
        cursor.execute(
            " union all ".join(
                f"select '{name}', count(*), coalesce(sum(hashtext(t::text)), 0) from {name} t" for name in names
            )
        )
        return {name: (count, said) for name, count, said in cursor.fetchall()}


@dataclass
class Figures:
    """Of all that was tried."""

    tried: int = 0
    doors: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    broken: int = 0
    half_done: int = 0
    unfriendly: int = 0
    grown: tuple[float, str] = (0.0, "")
    cpu: tuple[float, str] = (0.0, "")

    def record(self, record: object, server: Server) -> None:
        """Into the report, for whoever counts (bench/office/hostile.py)."""
        assert callable(record)
        for name, value in (
            ("hostile: doors", len(self.doors)), ("hostile: files", len(self.files)),
            ("hostile: files at doors", self.tried), ("hostile: 5xx", self.broken),
            ("hostile: half done", self.half_done), ("hostile: unfriendly", self.unfriendly),
            ("hostile: MiB at the peak", server.peak), ("hostile: MiB over rest", round(self.grown[0], 1)),
            ("hostile: s of CPU for one", round(self.cpu[0], 2)),
        ):  # fmt: skip
            record(name, value)
        print(
            f"\n{self.tried} files at {len(self.doors)} doors: {self.broken} broke, {self.half_done} half done; at most"
            f" {server.peak} MiB, {self.grown[0]:.0f} over rest ({self.grown[1]}), {self.cpu[0]:.1f} s ({self.cpu[1]})"
        )


class Attacker:
    """Somebody at every door with files."""

    def __init__(self, server: Server, world: World, account: object, phone: str) -> None:
        self.server, self.world, self.phone = server, world, phone
        self.browsers = {Who.STAFF: Browser(server, account), Who.ANYBODY: Browser(server)}  # type: ignore[arg-type]
        self.figures, self.wrong = Figures(), list[str]()
        self._before = tables()

    def send(self, door: Door, name: str, media_type: str, content: bytes, language: str) -> Answer:
        """One file, or one body."""
        cache.clear()  # how often somebody asked is tried elsewhere
        path = door.path(self.world)
        if door.field:
            files = {door.field: (name, media_type, content)}
            return self.browsers[door.who].post(path, door.fields(self.world), files, language)
        told = {"Content-Type": media_type, "Accept-Language": language, **self._introduced(door.who)}
        return self.server.send("POST", path, content, told)

    def _introduced(self, who: Who) -> Mapping[str, str]:
        if who is Who.PHONE:
            return {"Authorization": f"Bearer {self.phone}"}
        if who is Who.ROBOT:
            now = str(time.time_ns() // 1_000_000)
            return {"timestamp": now, "sign": dingtalk_signature("k", now)}
        return {}

    def try_file(self, door: Door, what: str, content: bytes, *, name: str = "", may_be_taken: bool = False) -> None:
        """In Chinese, and in English; judged."""
        file, media_type = door.reads.value
        for language in ("zh-hans", "en"):
            answer = self.send(door, name or file, media_type, content, language)
            self._judge(door, what, answer, language, may_be_taken=may_be_taken)
            if answer.status < 400 or len(content) > 8 << 20 or door.is_read_by_programs:
                return

    def _judge(self, door: Door, what: str, answer: Answer, language: str, *, may_be_taken: bool) -> None:
        figures, where = self.figures, f"{what} at {door.pattern}"
        figures.tried += 1
        figures.doors.add(door.pattern)
        figures.files.add(what)
        figures.grown = max(figures.grown, (answer.grown, where))
        figures.cpu = max(figures.cpu, (answer.cpu, where))
        said = f"{where} ({language}): {answer.status} {told_in(answer)[:300]!r}"
        if answer.status >= 500:
            figures.broken += 1
            self.wrong.append(f"broke: {said}")
        after = tables()
        taken = may_be_taken and answer.status < 400
        if after != self._before and not taken:
            figures.half_done += 1
            changed = sorted(name for name, row in after.items() if row != self._before.get(name))
            self.wrong.append(f"half done, {changed}: {said}")
        self._before = after
        if not taken and not is_friendly(door, answer, language):
            figures.unfriendly += 1
            self.wrong.append(f"unfriendly: {said}")
        if answer.cpu > MOST_CPU:
            self.wrong.append(f"{answer.cpu} s of CPU: {where}")
        if self.server.died or self.server.peak > MOST >> 20:
            self.wrong.append(f"a process died, or took {self.server.peak} MiB: {where}")

    def finish(self, record: object) -> None:
        """Nothing was wrong; and the server answers as before."""
        self.figures.record(record, self.server)
        alive = self.browsers[Who.STAFF].get("/places/")
        assert (self.wrong, alive.status) == ([], 200), "\n".join([*self.wrong, self.server.said()])


def is_friendly(door: Door, answer: Answer, language: str) -> bool:
    """Refused, in the reader's language, for what is wrong with the file and not for what stands beside it."""
    said = told_in(answer)
    if not 400 <= answer.status < 500 or "Traceback" in answer.text:
        return False
    if door.is_read_by_programs:
        return bool(said)
    of_something_else = door.field and any(word in said for word in NOT_OF_THE_FILE)
    return bool((HAN if language == "zh-hans" else LATIN).search(said)) and not of_something_else


def taken_last(door: Door, names: Iterable[str], may: set[tuple[Reads, str]]) -> list[str]:
    """What changes the thing at the door comes after all that must not."""
    return sorted(names, key=lambda name: (door.reads, name) in may)
