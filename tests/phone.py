"""The phone's own code (gate/), asked by the server's tests: a JSON line in, a JSON line out."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
LINES = ROOT / "gate/tests/lines.ts"


class PhoneCode:
    """A process of Node that runs gate/tests/lines.ts."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, **line: Any) -> Any:
        """The answer to one line."""
        return self.ask_all([line])[0]

    def ask_all(self, lines: list[dict[str, Any]]) -> list[Any]:
        """The answers to some lines, in their order; few enough to lie in a pipe both ways."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write("".join(json.dumps(line) + "\n" for line in lines))
        self._process.stdin.flush()
        return [json.loads(self._process.stdout.readline()) for _ in lines]


@contextmanager
def phone_code() -> Iterator[PhoneCode]:
    """The process, ended with the block. Skips, saying so, where gate/ is not set up (make setup-dev)."""
    if not (ROOT / "gate/node_modules/certlogic-js").exists():
        pytest.skip("gate/ is not set up (make setup-dev)")
    process = subprocess.Popen(
        [_setup().find_node(), "--experimental-strip-types", "--no-warnings", LINES], cwd=ROOT / "gate", text=True,
        encoding="utf-8", stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        yield PhoneCode(process)
    finally:
        process.stdin and process.stdin.close()
        process.wait(20)
        process.stdout and process.stdout.close()


def _setup() -> ModuleType:
    """scripts/setup.py, which found the Node."""
    spec = importlib.util.spec_from_file_location("kakou_setup", ROOT / "scripts/setup.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
