"""Every refusal is told in the reader's language: its text has a Chinese one, whoever raises it."""

import ast
import importlib

import pytest

from kakou.kernel.errors import Refusal
from tests.architecture.test_texts import CAPABILITIES, EVERYTHING, KAKOU


def texts(capability):
    """(file, msgid) of every refusal that is made with a literal text."""
    for path in capability.rglob("*.py"):
        if {"tests", "migrations", "management", "node_modules"} & set(path.parts):
            continue
        calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call) and node.args]
        made = [
            (call.func.id, call.args[0].value)
            for call in calls
            if isinstance(call.func, ast.Name)
            and isinstance(call.args[0], ast.Constant)
            and isinstance(call.args[0].value, str)
        ]
        if not made:
            continue
        parts = path.relative_to(KAKOU.parent).with_suffix("").parts
        module = importlib.import_module(".".join(parts).removesuffix(".__init__"))
        for name, text in made:
            kind = getattr(module, name, None)
            if isinstance(kind, type) and issubclass(kind, Refusal):
                yield str(path.relative_to(KAKOU)), text


# config speaks to whoever installs, before a language is known
@pytest.mark.parametrize("capability", [c for c in CAPABILITIES if c.name != "config"], ids=lambda p: p.name)
def test_every_refusal_has_a_chinese_text(capability):
    assert sorted({(file, text) for file, text in texts(capability) if text not in EVERYTHING}) == []
