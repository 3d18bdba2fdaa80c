"""Canaries: fictitious people whose data must turn up nowhere in plain text.

A test sends them through Kakou and then looks for them: `leaks(where=haystack, …)` in pages, JSON and logs,
`database_leaks()` in a dump of the whole test database, in what the server shows of running statements and in the
arguments of jobs, `heard()` in every statement that Django sends. Looking is done in every shape in which plain text
hides: UTF-8, UTF-16, GBK, hex (as bytea is dumped), Base64, JSON, URL and HTML escapes.

    with heard() as statements:
        register(CANARIES[0])
    assert not leaks(page=response.content, log=caplog.text, statements=statements)
    assert not database_leaks()        # only in tests with transaction=True: a dump sees what is committed
"""

from __future__ import annotations

import base64
import html
import io
import json
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote, quote_plus

import psycopg
from django.db import connections

SEED = 20210810
SURNAMES, GIVEN = "阚郗窦禚逄郇", "翀霁旸玥昶珩曈煜翊"  # rare, so that no ordinary text holds one by chance
WEIGHTS, CHECKS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"


@dataclass(frozen=True)
class Canary:
    """One fictitious person, valid in every rule of the register and real in none."""

    name: str
    document: str
    phone: str
    plate: str
    address: str

    def shapes(self) -> dict[str, str]:
        """What must not be found, by what it is: in full, in telling parts, and as people write it."""
        phone, document, plate = self.phone, self.document, self.plate
        return {
            "name": self.name,
            "document": document,
            "document without its check digit": document[:17],
            "birth and sequence of the document": document[6:17],
            "phone": phone,
            "phone in groups": f"{phone[:3]} {phone[3:7]} {phone[7:]}",
            "plate": plate,
            "plate with a dot": f"{plate[:2]}·{plate[2:]}",
            "address": self.address,
            "door of the address": self.address[-14:],
        }


def canary(seed: int) -> Canary:
    """The canary of a seed: the same seed gives the same person."""
    chance = random.Random(f"canary {seed}")
    digits = f"320324{chance.randint(1950, 2004)}{chance.randint(1, 12):02}{chance.randint(1, 28):02}"
    digits += f"{chance.randint(0, 999):03}"
    check = CHECKS[sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True)) % 11]
    door = f"{chance.randint(100, 999)}号{chance.randint(10, 99)}栋{chance.randint(1000, 9999)}室"
    tail = "".join(chance.choice("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789") for _ in range(4))
    return Canary(
        name=chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, 2)),
        document=digits + check,
        phone="1" + chance.choice(["33", "59", "86", "99"]) + "".join(chance.choices("0123456789", k=8)),
        plate=f"苏C{chance.randint(1, 9)}{tail}",
        address="江苏省徐州市睢宁县睢城街道鹤鸣路" + door,
    )


CANARIES = tuple(canary(SEED + n) for n in range(8))


def leaks(*, canaries: Sequence[Canary] = CANARIES, **places: str | bytes) -> list[str]:
    """Every canary found, told as "page: phone of canary 3 as hex"; empty when all is well."""
    found = []
    for place, haystack in places.items():
        raw = haystack if isinstance(haystack, bytes) else haystack.encode("utf-8", "surrogatepass")
        low = raw.lower()
        for n, each in enumerate(canaries):
            found += [
                f"{place}: {what} of canary {n} as {how}" for what, how, needle in _needles(each) if needle in low
            ]
    return found


def database_leaks(canaries: Sequence[Canary] = CANARIES) -> list[str]:
    """Canaries in everything the test database holds or shows. Only what is committed is seen."""
    said = activity()  # first: looking into the tables is itself a statement
    return leaks(canaries=canaries, pg_stat_activity=said, dump=database_dump(), job_arguments=job_arguments())


def database_dump(alias: str = "owner") -> bytes:
    """The whole database as pg_dump writes it, all rows; where there is no pg_dump, every table by COPY."""
    at = connections[alias].settings_dict
    tool = _pg_dump()
    if tool is None:
        return _copied(alias)
    done = subprocess.run(
        [tool, "-h", at["HOST"], "-p", str(at["PORT"] or 5432), "-U", at["USER"], "--inserts", at["NAME"]],
        env={"PGPASSWORD": str(at["PASSWORD"] or ""), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=False,
    )
    # a pg_dump older than the server refuses: the other way shows the same rows
    return done.stdout if done.returncode == 0 else _copied(alias)


ACTIVITY = "select query from pg_stat_activity where datname = current_database()"  # other test runs stand beside us


def activity() -> str:
    """The last statement of every connection, as a superuser sees it (of the owner's only on an external server)."""
    at = connections["owner"].settings_dict
    for user in ("postgres", at["USER"]):
        try:
            with psycopg.connect(
                host=at["HOST"], port=at["PORT"] or 5432, user=user, password=at["PASSWORD"] or None, dbname=at["NAME"]
            ) as connection:
                return "\n".join(row[0] or "" for row in connection.execute(ACTIVITY))
        except psycopg.OperationalError:
            continue
    raise AssertionError("nobody may look at pg_stat_activity")


def job_arguments() -> str:
    """The arguments of every job ever enqueued in this database."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("select to_regclass('procrastinate_jobs') is not null")
        if not cursor.fetchone()[0]:
            return ""
        cursor.execute(
            "select coalesce(string_agg(args::text || ' ' || coalesce(lock, ''), e'\\n'), '') from procrastinate_jobs"
        )
        return str(cursor.fetchone()[0])


def files(folder: Path) -> bytes:
    """All files below `folder` in a row: logs, spool, sheets. The key store holds no canary and may lie there too."""
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


@contextmanager
def heard() -> Iterator[Statements]:
    """Every statement and parameter that Django sends to any database inside the block."""
    said = Statements()
    with ExitStack() as stack:
        for alias in connections:
            stack.enter_context(connections[alias].execute_wrapper(said))
        yield said


class Statements(io.StringIO):
    """What was said; give `.getvalue()` to `leaks`."""

    def __call__(self, execute: Callable[..., object], sql: str, params: object, many: bool, context: object) -> object:
        """Write down and pass on."""
        self.write(f"{sql}\n{_plain(params)}\n")
        return execute(sql, params, many, context)


def _plain(value: object) -> str:
    # repr() would escape what bytes hold; bytes are looked at as they are
    if isinstance(value, bytes | memoryview | bytearray):
        return bytes(value).decode("utf-8", "replace") + bytes(value).hex()
    if isinstance(value, dict):
        return _plain(list(value.values()))
    if isinstance(value, list | tuple | set):
        return " ".join(map(_plain, value))
    obj = getattr(value, "obj", None)  # psycopg's Json wrapper
    return json.dumps(obj, ensure_ascii=False, default=str) if obj is not None else str(value)


@cache
def _needles(each: Canary) -> tuple[tuple[str, str, bytes], ...]:
    """(what, how, bytes in lower case): a haystack is searched in lower case, as hex and escapes come in both."""
    made: dict[bytes, tuple[str, str]] = {}
    for what, text in each.shapes().items():
        for how, needle in _written(text):
            made.setdefault(needle.lower(), (what, how))
    return tuple((what, how, needle) for needle, (what, how) in made.items())


def _written(text: str) -> Iterator[tuple[str, bytes]]:
    raw = text.encode()
    yield "plain text", raw
    yield "hex", raw.hex().encode()
    yield "json", json.dumps(text)[1:-1].encode()
    yield "url", quote(text).encode()
    yield "form", quote_plus(text).encode()
    yield "html", html.escape(text).encode("ascii", "xmlcharrefreplace")
    yield "gbk", text.encode("gb18030")
    yield "utf-16", text.encode("utf-16-le")
    for shift in range(3):  # Base64 of a longer text shows this one in one of three shapes, its edges blurred
        whole = base64.b64encode(b"\0" * shift + raw)
        yield "base64", whole[4 if shift else 0 : len(whole) // 4 * 4 - 4]


def _pg_dump() -> str | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"))
    return str(found[-1]) if found else shutil.which("pg_dump")


def _copied(alias: str) -> bytes:
    parts: list[bytes] = []
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema')"
        )
        for (table,) in cursor.fetchall():
            with cursor.copy(f"copy {table} to stdout") as rows:
                parts += [f"\n-- {table}\n".encode(), *map(bytes, rows)]
    return b"".join(parts)
