"""A place to measure in: a private PostgreSQL with an empty Kakou of its own, gone afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.figures import ROOT


@contextmanager
def laboratory(role: str) -> Iterator[dict[str, str]]:
    """The environment of a process that works in a fresh home as `role` (pages | worker); nothing of it outlives the
    block. DATABASE_URL is not followed: what is measured must not lie beside anybody's data.
    """
    home = Path(tempfile.mkdtemp(prefix="kkb"))
    home.chmod(0o711)  # the database's own user must pass
    env = {**os.environ, "KAKOU_HOME": str(home), "KAKOU_ROLE": role}
    for name in ("KAKOU_PG_SOCKET", "KAKOU_KEYS", "KAKOU_DB", "DATABASE_URL"):
        env.pop(name, None)
    try:
        subprocess.run([sys.executable, "-m", "kakou", "migrate"], cwd=ROOT, env=env, check=True)
        yield env
    finally:
        shutil.rmtree(home, ignore_errors=True)


def measure(module: str, *arguments: str, role: str) -> int:
    """Run `python -m module` in a laboratory; its exit code."""
    with laboratory(role) as env:
        return subprocess.run([sys.executable, "-m", module, *arguments], cwd=ROOT, env=env, check=False).returncode


@contextmanager
def at_work() -> Iterator[None]:
    """Inside the process of a laboratory: Django is ready and the database answers."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kakou.config.settings")
    import django

    django.setup()
    from kakou.config import settings
    from kakou.config.postgres.at_hand import at_hand

    with at_hand(settings.HOME, settings.PG_SOCKET):
        yield
        from django.db import connections

        for connection in connections.all():
            connection.close()
            if connection.alias == "default":
                connection.close_pool()
