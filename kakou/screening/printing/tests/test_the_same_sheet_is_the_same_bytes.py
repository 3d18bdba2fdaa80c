"""Paper depends on what is given alone: not on the clock, the machine's fonts or the network."""

from __future__ import annotations

import re

import pytest

from kakou.screening.packs import shipped
from kakou.screening.printing import gate_poster, pass_sheet, poster_of, typesetting
from kakou.screening.printing.fonts import TYPED, families, folders
from kakou.screening.printing.tests.paper import MADE_ON, a_pass, fonts
from kakou.screening.printing.typesetting import PAPER, TypesettingFailed, typeset


def a_sheet():
    return pass_sheet([a_pass(n) for n in range(12)], unit="幸福里小区", made_on=MADE_ON)


def a_poster():
    return gate_poster(poster_of(shipped("cn-2021-08"), unit="幸福里", gate="东门", phone="", made_on=MADE_ON))


@pytest.mark.parametrize("make", [a_sheet, a_poster])
def test_it_is_made_alike_at_any_time(make, monkeypatch):
    first = make()
    monkeypatch.setenv("TZ", "America/Lima")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    assert make() == first


@pytest.mark.parametrize("make", [a_sheet, a_poster])
def test_it_holds_its_fonts_as_subsets(make):
    used = fonts(make())
    assert len(used) >= 2
    assert all(embedded and re.match("[A-Z]{6}\\+", name) for name, embedded in used.items())
    assert len(make()) < 200_000  # the fonts are 40 MB


def test_every_font_it_asks_for_is_there():
    from typst import Fonts

    there = Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=folders()).families()
    assert {TYPED, *families()} <= set(there)
    assert families()[:2] == ("Noto Sans", "Noto Sans CJK SC")


def test_templates_load_no_package_and_read_no_markup_from_data():
    for template in PAPER.glob("*.typ"):
        text = template.read_text("utf-8")
        assert "@" not in text
        assert not re.search(r"\b(eval|read|include|plugin)\b *\(", text)
        assert re.findall(r'#import "([^"]+)"', text) in ([], ["look.typ"])


def test_typst_reads_nothing_outside_of_its_folder(tmp_path, monkeypatch):
    outside = tmp_path / "secret.txt"
    outside.write_text("secret")
    paper = tmp_path / "paper"
    paper.mkdir()
    (paper / "peek.typ").write_text('#read("../secret.txt")')
    monkeypatch.setattr(typesetting, "PAPER", paper)
    with pytest.raises(TypesettingFailed):
        typeset("peek", {}, made_on=MADE_ON, tagged=False)


def test_a_template_that_never_ends_is_ended(tmp_path, monkeypatch):
    (tmp_path / "long.typ").write_text("#let i = 0\n#while true { i += 1 }\n")
    (tmp_path / "large.typ").write_text('#let a = "x" * 1000\n#for i in range(30) { a = a + a }\n#a')
    monkeypatch.setattr(typesetting, "PAPER", tmp_path)
    monkeypatch.setattr(typesetting, "SECONDS", 1)
    for template in ("long", "large"):
        with pytest.raises(TypesettingFailed):
            typeset(template, {}, made_on=MADE_ON, tagged=False)
