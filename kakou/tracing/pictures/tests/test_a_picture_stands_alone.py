import re
import subprocess
import sys
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kakou.tracing.pictures import chain, curve, followup, placemap, timeline
from kakou.tracing.pictures.tests import samples as made
from kakou.web.kit import drawing
from kakou.web.sheets import read_sheet, write_xlsx

SVG = "{http://www.w3.org/2000/svg}"
NASTY = "<script>alert(1)</script>\x00\ud800&\"'\uffff王"


def pictures(gettext=str):
    return {
        "chain": chain.picture(made.a_chain(60), gettext, made.SITE),
        "crowded": chain.picture(made.a_chain(900), gettext, made.SITE),
        "alone": chain.picture(made.a_chain(1), gettext, made.SITE),
        "timeline": timeline.picture(made.a_timeline(), gettext, made.SITE),
        "map": placemap.picture(made.a_map(), gettext, made.SITE),
        "curve": curve.picture(made.a_curve(), gettext),
        "calendar": followup.picture(made.a_calendar(), gettext),
    }


ALL = pictures()
DRAWN = [(name, svg) for name, one in ALL.items() for svg in (one.wide, one.narrow) if svg]


@pytest.mark.parametrize(("name", "svg"), DRAWN)
def test_it_says_what_it_is_and_asks_nobody(name, svg):
    root = ElementTree.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert root.get("aria-labelledby").split() == [root[0].get("id"), root[1].get("id")]
    assert root[0].text
    assert root[1].text
    assert "://" not in svg.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"<style|\sstyle=|<script|\shref=|\son\w+=", svg)
    sizes = {float(element.get("font-size", 13)) for element in root.iter(f"{SVG}text")}
    assert min(sizes) >= drawing.SMALL


@pytest.mark.parametrize(("name", "svg"), DRAWN)
def test_all_of_it_lies_on_its_paper(name, svg):
    root = ElementTree.fromstring(svg)
    width, height = float(root.get("width")), float(root.get("height"))
    assert root.get("viewBox") == f"0 0 {drawing.number(width)} {drawing.number(height)}"
    for text in root.iter(f"{SVG}text"):
        if text.get("x") != "24":  # those of a legend are moved with their group
            assert -1 <= float(text.get("x")) <= width
            assert -1 <= float(text.get("y")) <= height


def test_several_stand_in_one_page():
    ids = [found for _, svg in DRAWN[:1] + DRAWN[3:] for found in re.findall(r' id="([^"]+)"', svg)]
    assert len(set(ids)) == len(ids)


def test_the_same_data_give_the_same_bytes():
    again = pictures()
    assert all(again[name].wide == one.wide and again[name].narrow == one.narrow for name, one in ALL.items())


def test_it_is_narrow_enough_for_a_phone():
    assert all(f'width="{drawing.NARROW}"' in one.narrow for one in ALL.values() if one.narrow and one.name != "curve")
    assert float(ElementTree.fromstring(ALL["curve"].narrow).get("width")) < 400  # thin days go on to the right


@pytest.mark.parametrize("name", ALL)
def test_its_table_is_a_sheet(name):
    table = ALL[name].table
    assert all(len(row) == len(table.columns) for row in table.rows)
    assert len(list(table.linked())) == len(table.rows) == len(table.shown) + table.left
    sheet = read_sheet(write_xlsx(table.rows, table.columns), filename="picture.xlsx")
    assert len(list(sheet.rows())) == len(table.rows)


def test_no_text_becomes_markup():
    one = made.a_chain(3)
    nasty = replace(one, title=NASTY, members=tuple(replace(m, label=NASTY) for m in one.members))
    root = ElementTree.fromstring(chain.svg(nasty, str, made.SITE))
    assert "<script>" in root[0].text
    assert root.find(f".//{SVG}script") is None


@settings(deadline=None)
@given(st.text(max_size=60), st.integers(30, 400))
def test_any_text_can_be_drawn_and_fits(text, width):
    shown = drawing.fitted(text, width)
    ElementTree.fromstring(
        drawing.document([drawing.words(0, 0, shown)], name="n", title=text, desc=text, width=9, height=9)
    )
    assert drawing.extent(shown) <= width
    for line in drawing.wrapped(text, width):
        assert line.strip()


@settings(deadline=None)
@given(st.text("王李张 abc，。", max_size=60))
def test_wrapping_drops_no_letter(text):
    joined = "".join(drawing.wrapped(text, 60))
    assert joined.replace(" ", "") == text.replace(" ", "")


def test_pictures_need_no_framework():
    code = (
        "import sys; from kakou.tracing.pictures import chain, curve, followup, placemap, timeline;"
        "raise SystemExit(any(m.split('.')[0] in {'django', 'psycopg', 'numpy', 'numba'} for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
