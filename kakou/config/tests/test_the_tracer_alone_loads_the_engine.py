"""Compiled code and its memory are the tracer's; what people wait for is not held up by it."""

import contextlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from kakou.config.tests.conftest import free_port, until
from kakou.config.tests.test_kakou_serves import Serve

ROOT = Path(__file__).parents[3]
HEAVY = ("numba", "llvmlite", "pyarrow", "pyspark")
LOADED = """
import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kakou.config.settings")
import {module}
{more}
print([name for name in {heavy} if name in sys.modules])
"""
SETUP = "import django; django.setup(); from django.urls import get_resolver; get_resolver().url_patterns"


@pytest.mark.parametrize(
    ("module", "more"),
    [
        ("kakou.config.wsgi", SETUP),
        ("kakou.config.asgi", ""),
        ("kakou.config.worker", SETUP + "; from kakou.config.wiring import folds; folds(); import kakou.tracing.tasks"),
        ("kakou.config.tracer", SETUP + "; import kakou.tracing.tasks"),
        ("kakou.config.cli", ""),
    ],
)
def test_what_is_imported_at_the_start_is_light(module, more, tmp_path):
    script = LOADED.format(module=module, more=more, heavy=HEAVY)
    env = os.environ | {"KAKOU_HOME": str(tmp_path)}
    told = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert told.stdout.strip().splitlines()[-1:] == ["[]"], told.stderr


def maps(process):
    """Names of the libraries that a process and its children have loaded."""
    found = set()
    for one in [process, *process.children(recursive=True)]:
        with contextlib.suppress(psutil.Error):
            found |= {name for mapped in one.memory_maps() for name in HEAVY if f"/{name}/" in mapped.path}
    return found


@pytest.mark.slow
@pytest.mark.xdist_group("serve")
def test_of_the_running_parts_the_tracer_alone_has_it():
    with tempfile.TemporaryDirectory(prefix="kks") as folder:
        home = Path(folder)
        home.chmod(0o711)
        serve = Serve(home, free_port()).start()
        try:
            assert serve.status() == 200
            parts = serve.parts()
            assert set(parts) >= {"worker", "tracer", "pages", "front"}
            until(lambda: "llvmlite" in maps(parts["tracer"]), seconds=60)
            assert {name: maps(part) for name, part in parts.items() if name not in {"tracer", "database"}} == {
                "worker": set(), "pages": set(), "front": set(),
            }  # fmt: skip
        finally:
            serve.process.terminate()
            serve.process.wait(60)
