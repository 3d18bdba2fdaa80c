"""Refusals carry their msgid as a plain argument, which the general test of texts does not see."""

import ast
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

KAKOU = Path(__file__).parents[2]


@pytest.mark.parametrize("capability", ["audit", "vault"])
def test_every_text_of_a_refusal_and_of_the_command_has_a_chinese_one(capability):
    with (KAKOU / capability / "locale/zh_Hans/LC_MESSAGES/django.po").open("rb") as file:
        known = {message.id for message in read_po(file) if message.string}
    assert set(texts(KAKOU / capability)) <= known


def texts(folder):
    for path in folder.rglob("*.py"):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name, text = ast.unparse(node.func), node.args[0].value
                if name in {"_", "N_"} or (isinstance(text, str) and text[:1].isupper() and name[:1].isupper()):
                    yield text
