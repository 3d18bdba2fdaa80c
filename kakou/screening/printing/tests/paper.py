"""Paper as a printer makes it: the words of a PDF, and its picture."""

from __future__ import annotations

import ctypes
import re
from datetime import date
from uuid import UUID

import pypdfium2
from pypdfium2 import raw

from kakou.screening.passes import pass_text
from kakou.screening.printing import KINDS, PrintedPass

MADE_ON = date(2021, 8, 12)
DPI = 72
A4 = (595, 842)
A3 = (842, 1191)


def a_pass(number=1, *, kind="resident", holder="王*迪", door="3 号楼 2 单元 501", valid_to=date(2021, 8, 31)):
    """One of the standing cast, or another by its number."""
    text = pass_text(UUID(int=number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128))
    return PrintedPass(text, KINDS[kind], holder, door, MADE_ON, valid_to)


def pages(pdf):
    return len(pypdfium2.PdfDocument(pdf))


def size(pdf):
    width, height = pypdfium2.PdfDocument(pdf)[0].get_size()
    return round(width), round(height)


def words(pdf, page=0):
    """What stands on a page, in its order, without white space and places to break at."""
    return squeezed(pypdfium2.PdfDocument(pdf)[page].get_textpage().get_text_range())


def squeezed(text):
    return re.sub(r"[\s\u200b]+", "", text)


def picture(pdf, *, dpi=150, page=0):
    """The page in grey, as a scanner would see it."""
    return pypdfium2.PdfDocument(pdf)[page].render(scale=dpi / DPI).to_pil().convert("L")


def boxes(pdf, page=0):
    """Where each character stands: (character, left, bottom, right, top) in points."""
    text = pypdfium2.PdfDocument(pdf)[page].get_textpage()
    return [(text.get_text_range(i, 1), *text.get_charbox(i)) for i in range(text.count_chars())]


def fonts(pdf, page=0):
    """{name: embedded} of every font on a page. A name with six letters and a plus before it is a subset."""
    found = {}
    for thing in pypdfium2.PdfDocument(pdf)[page].get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
        font = raw.FPDFTextObj_GetFont(thing)
        name = ctypes.create_string_buffer(raw.FPDFFont_GetBaseFontName(font, None, 0))
        raw.FPDFFont_GetBaseFontName(font, name, len(name))
        found[name.value.decode()] = bool(raw.FPDFFont_GetIsEmbedded(font))
    return found
