"""Every text a person reads is there in both languages."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

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
