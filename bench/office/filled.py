"""An installation of its own with many passages, half of them sealed, worked on by commands of ours."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
# passages as the lane writes them, each second one with a sealed text
FILL = """
import datetime as dt, os, sys, time, uuid
from kakou.config import settings
from kakou.config.cli import start_django
from kakou.config.postgres.at_hand import at_hand
import psycopg
rows = int(sys.argv[1])
with at_hand(settings.HOME, settings.PG_SOCKET):
    start_django()
    from kakou import vault
    from kakou.vault.sealing import seal
    store, now, due = vault.store(), int(time.time() * 1000), dt.date.today() + dt.timedelta(days=90)
    columns = ("id,node_id,hash,direction,crossed,subject,subject_kind,purpose,happened_at,device_at,recorded_at,clock,"
        "health,travel,vaccination,origin,mask,verdict,reasons,pack,sealed")
    with psycopg.connect(host=str(settings.PG_SOCKET), user="postgres", dbname="kakou", autocommit=True) as admin:
        admin.execute("select ledger_make_days(current_date - 9, current_date)")
        with admin.cursor().copy(f"copy ledger_passage ({columns}) from stdin") as copy:
            for i in range(rows):
                ms = now - 8 * 86_400_000 + i * (8 * 86_400_000 // rows)
                id = uuid.UUID(int=(ms << 80) | (7 << 76) | (2 << 62) | int.from_bytes(os.urandom(7), "big"))
                at = dt.datetime.fromtimestamp(ms / 1000, dt.timezone.utc)
                where = {"due": due, "table": "ledger_passage", "row": id, "field": "sealed"}
                sealed = seal(store, **where, plain=b"[%d]" % i) if i % 2 else None
                who = (id, 1, os.urandom(16), 1, True, uuid.uuid4(), 1, 0, at, at, at)
                copy.write_row((*who, 0, 1, 1, 1, 1, 1, 1, "{}", "cn-2021-08", sealed))
"""
# every sealed text opens and says what it said
READ = """
import sys
from kakou.config import settings
from kakou.config.cli import start_django
from kakou.config.postgres.at_hand import at_hand
import psycopg
with at_hand(settings.HOME, settings.PG_SOCKET):
    start_django()
    from kakou import vault
    from kakou.vault.sealing import key_id_of, unseal
    store, said, keys = vault.store(), 0, set()
    with psycopg.connect(host=str(settings.PG_SOCKET), user="postgres", dbname="kakou") as admin:
        for id, sealed in admin.execute("select id, sealed from ledger_passage where sealed is not null"):
            said += int(unseal(store, table="ledger_passage", row=id, field="sealed", sealed=sealed)[1:-1])
            keys.add(key_id_of(sealed))
    print(said, len(keys))
"""


class Home:
    """An installation, worked on by commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env = {
            name: value for name, value in os.environ.items() if not name.startswith("KAKOU_") or name == "KAKOU_PG"
        } | {"KAKOU_HOME": str(folder), "KAKOU_LANG": "en", "PYTHONPATH": str(ROOT)}

    def start(self, *words: str) -> subprocess.Popen[str]:
        argv = [sys.executable, *words] if words[0] == "-c" else [sys.executable, "-m", "kakou", *words]
        return subprocess.Popen(argv, env=self.env, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *words: str) -> str:
        process = self.start(*words)
        out, err = process.communicate()
        assert process.returncode == 0, (words, out, err[-2000:])
        return out

    def killed(self, *words: str, after: float) -> None:
        process = self.start(*words)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(after)
        process.kill()
        process.communicate()


def said_by(rows: int) -> int:
    """What the sealed texts of so many passages say together."""
    return sum(i for i in range(rows) if i % 2)


@contextlib.contextmanager
def filled(rows: int) -> Iterator[Home]:
    """A fresh home with so many passages, removed at the end."""
    base = Path("/var/lib/kakou") if os.geteuid() == 0 else Path(tempfile.gettempdir())
    base.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="killed-", dir=base))
    folder.chmod(0o711)
    home = Home(folder)
    try:
        home.run("migrate")
        home.run("-c", FILL, str(rows))
        yield home
    finally:
        time.sleep(1)
        shutil.rmtree(folder, ignore_errors=True)
