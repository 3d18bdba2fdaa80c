"""Printing: passes to cut out, posters for a gate and for a place code, a gate's ledger of a day and its blank form, as
PDF, set by typst.

Plain data in, bytes out; the same data gives the same bytes. What is said in both languages stands in `words` and in
the rule packs; the templates are `paper/*.typ` and get their data as JSON, never as markup, so a name prints as it is
written. Promises: a character that no font has is refused by name, never printed as a box; a text that fits nowhere is
refused, never cut; a code is so large that a cheap phone reads it. Never: fetches anything, reads a file outside of
`paper/` and the font packages, knows a person, a table or a request.
"""

from kakou.screening.printing.announcements import announcement
from kakou.screening.printing.characters import NotPrintable
from kakou.screening.printing.ledgers import PAPER_COLUMNS, LedgerPage, LedgerWords, ledger_form, ledger_sheet, pages_of
from kakou.screening.printing.passes import MOST_PASSES, PrintedPass, pass_sheet
from kakou.screening.printing.places import place_poster
from kakou.screening.printing.posters import Poster, PosterStep, gate_poster, poster_of
from kakou.screening.printing.typesetting import TooMuchToPrint
from kakou.screening.printing.words import KINDS, Words

__all__ = [
    "KINDS",
    "MOST_PASSES",
    "PAPER_COLUMNS",
    "LedgerPage",
    "LedgerWords",
    "NotPrintable",
    "Poster",
    "PosterStep",
    "PrintedPass",
    "TooMuchToPrint",
    "Words",
    "announcement",
    "gate_poster",
    "ledger_form",
    "ledger_sheet",
    "pages_of",
    "pass_sheet",
    "place_poster",
    "poster_of",
]
