"""Every text a person reads is there in both languages."""

import ast
import importlib
import pkgutil
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

import kakou
from kakou.kernel.errors import Refusal

KAKOU = Path(__file__).parents[2] / "kakou"
CALLS = re.compile(
    r"""(?<![\w.])(?:_|gettext|gettext_lazy|gettext_noop|ngettext|lazy|pgettext_lazy|N_)\(\s*u?(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\s*[,)]"""
)
CAPABILITIES = sorted(p for p in KAKOU.iterdir() if (p / "__init__.py").exists())


def catalogue(capability):
    file = capability / "locale/zh_Hans/LC_MESSAGES/django.po"
    if not file.exists():
        return {}
    with file.open("rb") as f:
        return {m.id if isinstance(m.id, str) else m.id[0]: m.string for m in read_po(f) if m.id}


def used(capability):
    for path in capability.rglob("*"):
        if {"tests", "migrations", "node_modules"} & set(path.parts):
            continue
        if path.suffix == ".py":
            text = path.read_text()
        elif path.suffix == ".html":
            text = templatize(path.read_text(), origin=str(path))
        else:
            continue
        for double, single in CALLS.findall(text):
            if wanted := (double or single):
                yield (
                    wanted.encode().decode("unicode_escape").encode("latin-1", "ignore").decode("utf-8", "ignore")
                    if "\\" in wanted
                    else wanted
                )


EVERYTHING = {}
for _capability in CAPABILITIES:
    EVERYTHING |= catalogue(_capability)


def test_a_text_has_the_same_chinese_in_every_catalogue():
    """All catalogues become one at run time, and of two the first in INSTALLED_APPS is shown, wherever it stands."""
    told = {}
    for capability in CAPABILITIES:
        for text, chinese in catalogue(capability).items():
            told.setdefault(text, {}).setdefault(str(chinese), capability.name)
    assert {text: where for text, where in told.items() if len(where) > 1} == {}


@pytest.mark.parametrize("capability", CAPABILITIES, ids=lambda p: p.name)
def test_every_text_in_code_and_pages_has_a_chinese_one(capability):
    missing = sorted({text for text in used(capability) if text not in EVERYTHING})
    assert not missing


@pytest.mark.parametrize("capability", CAPABILITIES, ids=lambda p: p.name)
def test_no_translation_is_empty_or_loses_a_parameter(capability):
    for english, chinese in catalogue(capability).items():
        for text in [chinese] if isinstance(chinese, str) else chinese:
            assert text, english
            if isinstance(chinese, str):
                assert sorted(re.findall(r"%\((\w+)\)", english)) == sorted(re.findall(r"%\((\w+)\)", text)), english


def modules():
    """Every module of ours but tests and migrations, imported."""
    for found in pkgutil.walk_packages(kakou.__path__, "kakou."):
        if not {"tests", "migrations", "__main__"} & set(found.name.split(".")):
            yield importlib.import_module(found.name)


def below(kind):
    for child in kind.__subclasses__():
        yield child
        yield from below(child)


def test_every_refusal_is_worded_in_chinese_too():
    paths = [Path(module.__file__) for module in modules() if module.__file__]
    refusals = {kind.__name__ for kind in below(Refusal)} | {"Refusal"}
    missing = []
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in refusals and node.args[0].value not in EVERYTHING:
                    missing.append(f"{path.relative_to(KAKOU)}: {node.args[0].value}")
    assert paths
    assert not missing


def test_every_permission_has_its_words():
    from kakou.access.pages.roles import WORDS
    from kakou.access.rules import Permission

    assert set(WORDS) == set(Permission)
