"""Every code on a sheet is read from what a printer makes of the PDF: small, blurred, turned, pale."""

from __future__ import annotations

import pytest
import segno
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from kakou.screening.passes import pass_text
from kakou.screening.printing import pass_sheet
from kakou.screening.printing.codes import QUIET, drawn_code
from kakou.screening.printing.tests.paper import MADE_ON, a_pass, picture

SHEET = [a_pass(n, kind=("resident", "worker", "visitor", "vehicle")[n % 4]) for n in range(1, 11)]
DPI = 150
MODULE = DPI / 25.4  # pixels, of a module of 1 mm


@pytest.fixture(scope="module")
def sheet():
    return picture(pass_sheet(SHEET, unit="幸福里小区", made_on=MADE_ON), dpi=DPI)


def pale(seen):
    return seen.point(lambda grey: 110 + grey * 100 // 255)  # little toner, in a dim light


SEEN_AS = {
    "printed": lambda seen: seen,
    "three pixels a module": lambda seen: seen.resize((seen.width // 2, seen.height // 2)),
    "out of focus": lambda seen: seen.filter(ImageFilter.GaussianBlur(MODULE / 3)),
    "turned a little": lambda seen: seen.rotate(7, Image.Resampling.BICUBIC, expand=True, fillcolor=255),
    "turned on its side": lambda seen: seen.rotate(90, expand=True),
    "upside down": lambda seen: seen.rotate(180),
    "pale": pale,
    "all at once": lambda seen: pale(
        seen.resize((seen.width * 2 // 3, seen.height * 2 // 3))
        .rotate(-12, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
        .filter(ImageFilter.GaussianBlur(1.2))
    ),
}


@pytest.mark.parametrize("how", SEEN_AS)
def test_it_reads_all_ten(sheet, how):
    found = zxingcpp.read_barcodes(SEEN_AS[how](sheet), formats=zxingcpp.BarcodeFormat.QRCode)
    assert sorted(code.text for code in found) == sorted(one.text for one in SHEET)


def test_it_reads_the_passes_where_they_stand(sheet):
    found = zxingcpp.read_barcodes(sheet, formats=zxingcpp.BarcodeFormat.QRCode)
    placed = sorted(found, key=lambda code: (round(code.position.top_left.y / 100), code.position.top_left.x))
    assert [code.text for code in placed] == [one.text for one in SHEET]


def test_a_module_is_a_millimetre_and_the_quiet_zone_is_white(sheet):
    for code in zxingcpp.read_barcodes(sheet, formats=zxingcpp.BarcodeFormat.QRCode):
        corner, across = code.position.top_left, code.position.top_right
        assert (across.x - corner.x) / 25 == pytest.approx(MODULE, rel=0.02)
        left, top = corner.x - QUIET * MODULE + 1, corner.y - QUIET * MODULE + 1
        side = (25 + 2 * QUIET) * MODULE - 2
        whole = sheet.crop((round(left), round(top), round(left + side), round(top + side)))
        inner = round(QUIET * MODULE) - 3
        whole.paste(255, (inner, inner, whole.width - inner, whole.height - inner))
        assert whole.getextrema() == (255, 255)


@given(st.uuids())
def test_a_code_is_never_larger_than_version_three(id):
    drawn = drawn_code(pass_text(id))
    version = (drawn["side"] - 2 * QUIET - 17) // 4
    assert version <= 3


@given(st.uuids())
def test_a_code_is_drawn_as_it_is(id):
    drawn = drawn_code(pass_text(id))
    dark = {(x + n, y) for x, y, length in drawn["runs"] for n in range(length)}
    matrix = segno.make_qr(pass_text(id), error="m", boost_error=False).matrix
    assert dark == {(x + QUIET, y + QUIET) for y, row in enumerate(matrix) for x, module in enumerate(row) if module}
