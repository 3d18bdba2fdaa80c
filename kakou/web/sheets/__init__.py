"""Sheets: reads any CSV or XLSX that people send without trusting it, and writes sheets in which nothing runs.

    sheet = read_sheet(path_or_bytes, filename="出入登记.xlsx")  # SheetRefused: the whole file is unusable
    at = sheet.find({"name": ("姓名", "name"), "phone": ("电话", "phone")})  # SheetRefused names the missing columns
    problems = Problems()
    for row in sheet.rows():                                             # streamed; may end in SheetRefused
        with problems.collect():                                         # keeps the CellProblem raised inside
            name = sheet.cell(row, at["name"]).required_text()
            phone = sheet.cell(row, at["phone"]).identifier()            # refuses number cells that lost their digits
            if not PHONE.match(phone):
                raise sheet.cell(row, at["phone"]).problem("not a phone number", fix="…", field="phone")
    problems.refuse_if_any()                                             # SheetProblems: every one by row and column

Read everything before storing anything: what stands after the rows in the file (merged cells) is told last.
Every text is a msgid; `CellProblem.row`, `.letter`, `.title`, `.field`, `.text`, `.params`, `.fix` are what a page or
the command line words in the reader's language. Times come as naive datetimes of the sheet: the caller knows the zone.

Formula, error and number-shaped identifier cells are harmless until somebody reads them: then they are refused by
address. XLSX is read by a streaming parser of our own, so that what was checked is what is read, and memory stays
bounded without a child process (see docs/decisions). Writing: `write_xlsx`, `write_csv`.
"""

from kakou.web.sheets.cells import Broken, Cell, Column, Formula, Row, Value, column_letters
from kakou.web.sheets.limits import Limits
from kakou.web.sheets.problems import CellProblem, Notice, Problems, SheetProblems, SheetRefused
from kakou.web.sheets.progress import Stage, Stopped, counted, tell, telling
from kakou.web.sheets.reading import Sheet, read_sheet
from kakou.web.sheets.writing import write_csv, write_xlsx

__all__ = [
    "Broken",
    "Cell",
    "CellProblem",
    "Column",
    "Formula",
    "Limits",
    "Notice",
    "Problems",
    "Row",
    "Sheet",
    "SheetProblems",
    "SheetRefused",
    "Stage",
    "Stopped",
    "Value",
    "column_letters",
    "counted",
    "read_sheet",
    "tell",
    "telling",
    "write_csv",
    "write_xlsx",
]
