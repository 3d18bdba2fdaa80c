"""LibreOffice without a screen: what it makes of a sheet, saved again in three ways, and whatever in it could run."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import openpyxl
import pytest

from scripts.libreoffice import WITHOUT, found

AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true,false"  # commas, quotes around every text, UTF-8
AS = {"xlsx": "xlsx:Calc MS Excel 2007 XML", "fods": "fods", "csv": AS_CSV}
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
# of a workbook: parts by which something runs, or is fetched from elsewhere
RUNS = re.compile(r"vbaProject|externalLinks?/|connections\.xml|/macrosheets|/activeX|/embeddings|/queryTables|ddeLink")
CELL_RUNS = re.compile(rb"<(?:\w+:)?(f|hyperlink|oleObject|ddeLink|externalReference|definedName)[ />]")
# of a flat ODF document, by the end of the element's name
ODF_RUNS = ("event-listener", "dde-source", "dde-link", "dde-links", "table-source", "cell-range-source", "a", "object")
Rows = list[list[str]]
CONTROL = re.compile("_x(00[01][0-9A-F])_")  # all that a writer escapes; openpyxl takes off the escape of an escape


class Saved(NamedTuple):
    """One workbook as LibreOffice saved it again: as XLSX, as flat ODF, as text."""

    xlsx: bytes
    fods: bytes
    csv: bytes


def opened(books: Mapping[str, bytes], folder: Path, suffix: str = "xlsx") -> dict[str, Saved]:
    """Open every one of them and save it again. Skips, under CI fails, where there is no LibreOffice."""
    office = found()
    if office is None:
        if os.environ.get("CI"):
            pytest.fail(WITHOUT)
        pytest.skip(WITHOUT)
    given = folder / "given"
    given.mkdir()
    for name, book in books.items():
        (given / f"{name}.{suffix}").write_bytes(book)
    for kind, how in AS.items():
        subprocess.run(
            [
                office, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore", "--nolockcheck",
                "--convert-to", how, "--outdir", folder / kind, *sorted(given.iterdir()),
            ],
            check=True, capture_output=True, timeout=280, cwd=folder,
        )  # fmt: skip
    return {
        name: Saved(*((folder / kind / f"{name}.{kind}").read_bytes() for kind in ("xlsx", "fods", "csv")))
        for name in books
    }


def runs(saved: Saved) -> list[str]:
    """Whatever in it is a formula, a link, a macro, or is fetched from elsewhere; [] is good."""
    return [*_in_workbook(saved.xlsx), *_in_odf(saved.fods)]


def texts(book: bytes) -> Rows:
    """The cells of a workbook's one sheet, "" for an empty one, without empty ends."""
    [sheet] = openpyxl.load_workbook(io.BytesIO(book)).worksheets
    return _trimmed([["" if v is None else _decoded(str(v)) for v in row] for row in sheet.iter_rows(values_only=True)])


def _decoded(text: str) -> str:
    return CONTROL.sub(lambda found: chr(int(found[1], 16)), text)


def texts_of_csv(data: bytes) -> Rows:
    """The same of text."""
    return _trimmed(list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))))


def texts_of_odf(data: bytes) -> Rows:
    """The same of flat ODF."""
    return _trimmed([list(_cells(row)) for row in _rows(ElementTree.fromstring(data))])


def _in_workbook(book: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        for name in parts.namelist():
            content = parts.read(name)
            if RUNS.search(name) or b'TargetMode="External"' in content:
                yield f"xlsx: {name}"
            if name.startswith("xl/worksheets/") or name == "xl/workbook.xml":
                yield from (f"xlsx: {name}: <{tag.decode()}>" for tag in CELL_RUNS.findall(content))
    for row in openpyxl.load_workbook(io.BytesIO(book)).worksheets[0].iter_rows():
        yield from (f"xlsx: {cell.coordinate}: {cell.data_type}" for cell in row if cell.data_type not in "sn")


def _in_odf(data: bytes) -> Iterator[str]:
    for element in ElementTree.fromstring(data).iter():
        tag = element.tag.rpartition("}")[2]
        if element.get(f"{TABLE}formula") or (element.tag == f"{TEXT}a") or (tag in ODF_RUNS and tag != "a"):
            yield f"fods: {tag} {element.attrib}"
        if element.tag == f"{TABLE}table-cell" and element.get(f"{OFFICE}value-type") not in (None, "string"):
            yield f"fods: a {element.get(f'{OFFICE}value-type')} where a text was written"


def _rows(document: ElementTree.Element) -> Iterator[ElementTree.Element]:
    for row in document.iter(f"{TABLE}table-row"):
        if any(True for _ in row.iter(f"{TEXT}p")) or int(row.get(f"{TABLE}number-rows-repeated", "1")) < 1_000:
            for _ in range(int(row.get(f"{TABLE}number-rows-repeated", "1"))):
                yield row


def _cells(row: ElementTree.Element) -> Iterator[str]:
    for cell in row:
        many = int(cell.get(f"{TABLE}number-columns-repeated", "1"))
        text = "\n".join(_plain(part) for part in cell.findall(f"{TEXT}p"))
        if text or many < 1_000:
            yield from [text] * many


def _plain(part: ElementTree.Element) -> str:
    told = part.text or ""
    for inner in part:
        name = inner.tag.removeprefix(TEXT)
        shown = {"s": " " * int(inner.get(f"{TEXT}c", "1")), "tab": "\t", "line-break": "\n"}
        told += (shown[name] if name in shown else _plain(inner)) + (inner.tail or "")
    return told


def _trimmed(rows: Rows) -> Rows:
    while rows and not any(rows[-1]):
        rows.pop()
    wide = max((nth + 1 for row in rows for nth, text in enumerate(row) if text), default=0)
    return [[*row[:wide], *[""] * (wide - len(row))] for row in rows]
