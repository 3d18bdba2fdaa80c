"""The sheet and the form as they go out: XLSX, and what stands on their pages. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from kakou.ledger.gatesheet.forms import LINES, FormRef, LineRef
from kakou.ledger.gatesheet.lines import Line, cells_of
from kakou.ledger.gatesheet.numbering import State, Totals, totals_of
from kakou.ledger.gatesheet.words import COLUMNS, OF_A_FORM, TITLES, Language
from kakou.screening.printing import PAPER_COLUMNS, LedgerPage, LedgerWords, ledger_form, ledger_sheet, pages_of
from kakou.web.sheets import write_xlsx

MOST_AT_ONCE: Final = 5_000  # rows of one printing: four seconds and 600 MB of a process that ends with it
_PLACES: Final = [list(COLUMNS).index(name) for name in PAPER_COLUMNS]
_TURNED_BACK: Final = frozenset({"turned_back", "held", "referred", "emergency"})

SAID: Final[Mapping[str, tuple[str, str]]] = {
    "title": ("出入登记表  %(gate)s  %(day)s", "Gate ledger  %(gate)s  %(day)s"),
    "copy": ("当日第 %(number)d 份", "copy %(number)d of this day"),
    "part": ("第 %(part)d 部分，共 %(parts)d 部分", "part %(part)d of %(parts)d"),
    "masked": ("已脱敏", "masked"),
    "plain": ("未脱敏，请妥善保管", "not masked: keep it safe"),
    "by": ("%(who)s 打印于 %(when)s", "printed by %(who)s, %(when)s"),
    "foot": ("第 {page} 页  共 {pages} 页", "page {page} of {pages}"),
    "page": ("本页合计", "This page"),
    "day": ("全天合计", "The whole day"),
    "totals": (
        "进 %(entered)d  出 %(left)d  路过 %(passing)d  未放行 %(turned_back)d  合计 %(counted)d；"
        "已更正或撤回不计 %(replaced)d",
        "in %(entered)d, out %(left)d, passing by %(passing)d, not let through %(turned_back)d, together %(counted)d;"
        " replaced or taken back, not counted: %(replaced)d",
    ),
    "nobody": ("本日无出入记录。", "Nobody passed on this day."),
    "form": ("出入登记表（手工）  %(gate)s  %(day)s", "Gate ledger, by hand  %(gate)s  %(day)s"),
    "beside": ("写完交社区录入", "To be typed in at the community"),
}  # fmt: skip

HINTS: Final[Mapping[Language, tuple[str, ...]]] = {
    "zh": (
        "过零点后请写次日日期。进/出：进、出、路过。放行/劝返：放行、劝返（写原因）。没有手机写“无”。写错请整行划掉，另起一行。",
        "健康码：绿、黄、红、无。行程码：绿、带星、黄、橙、红、无。疫苗：全程、加强、未全程、未接种，或剂次。戴口罩：是、否、不规范。",
        "车上每人一行，写同一个车牌，同车人数只写一次（含司机）；只登记车辆时姓名留空。",
    ),
    "en": (
        "After midnight write the next day's date. In or out: in, out, passing by. Turned back: write why.",
        "No telephone: write “none”. A line that went wrong is struck out whole; write a new one.",
        "Health code: green, yellow, red, none. Travel card: green, star, yellow, orange, red, none. Mask: yes, no.",
        "In a vehicle: one line for each person, one plate, the count once, the driver too. A vehicle alone: no name.",
    ),
}


def told(name: str, language: Language, **given: object) -> str:
    """One of the sentences."""
    return SAID[name][0 if language == "zh" else 1] % given


def sheet_of(lines: Sequence[Line], language: Language, *, masked: bool) -> bytes:
    """XLSX with titles and words in `language`; what does not count is struck through."""
    struck = {nth for nth, line in enumerate(lines) if line.state is not State.HOLDS}
    return write_xlsx((cells_of(line, language, masked=masked) for line in lines), TITLES[language], struck=struck)


def blank_of(form: FormRef, language: Language) -> bytes:
    """XLSX to type a form in: its lines, each with its number."""
    titles = [COLUMNS[name][0 if language == "zh" else 1] for name in OF_A_FORM]
    return write_xlsx(_blank(form), titles)


def _blank(form: FormRef) -> Iterator[Sequence[str]]:
    for line in range(1, LINES + 1):
        printed = {"number": str(line), "date": form.day.isoformat(), "id": str(LineRef(form, line))}
        yield [printed.get(name, "") for name in OF_A_FORM]


def parts_of(rows: int) -> int:
    """On how many printings a day goes; one for a day without a row."""
    return max(1, -(-rows // MOST_AT_ONCE))


def part_of(lines: Sequence[Line], number: int) -> Sequence[Line]:
    """Those of one printing, counted from 1."""
    return lines[(number - 1) * MOST_AT_ONCE : number * MOST_AT_ONCE]


def printed_sheet(
    lines: Sequence[Line], day: Totals, words: LedgerWords, language: Language, *, masked: bool, made_on: dt.date
) -> bytes:
    """PDF of these lines, with totals of each page and, at the end, of the day."""
    rows = [_paper_row(line, language, masked) for line in lines]
    pages = [_page([lines[nth] for nth in page], [rows[nth] for nth in page], language) for page in pages_of(rows)]
    if not pages:
        pages = [LedgerPage([], [], [told("nobody", language)])]
    last = pages[-1]
    whole = f"{told('day', language)}  {_figures(day, language)}"
    pages[-1] = LedgerPage(last.rows, last.struck, [*last.totals, whole])
    return ledger_sheet(pages, words, made_on=made_on)


def printed_forms(
    forms: Sequence[FormRef], words: LedgerWords, language: Language, *, day: dt.date, made_on: dt.date
) -> bytes:
    """PDF of blank sheets."""
    return ledger_form(
        list(map(str, forms)), words, day=day.isoformat(), lines=LINES, hints=HINTS[language], made_on=made_on
    )


def columns_of(language: Language, *, blank: bool) -> list[str]:
    """Titles of what is printed."""
    names = [name for name in PAPER_COLUMNS if not (blank and name == "correction")]
    return [COLUMNS[name][0 if language == "zh" else 1] for name in names]


def page_totals(lines: Sequence[Line]) -> Totals:
    """Of the lines that count."""
    return totals_of((line.state, line.way, line.standing not in _TURNED_BACK) for line in lines)


def _paper_row(line: Line, language: Language, masked: bool) -> list[str]:
    cells = cells_of(line, language, masked=masked)
    return [cells[place] for place in _PLACES]


def _page(lines: Sequence[Line], rows: Sequence[Sequence[str]], language: Language) -> LedgerPage:
    totals = f"{told('page', language)}  {_figures(page_totals(lines), language)}"
    return LedgerPage(rows, [line.state is not State.HOLDS for line in lines], [totals])


def _figures(totals: Totals, language: Language) -> str:
    return told("totals", language, **totals._asdict(), counted=totals.counted)
