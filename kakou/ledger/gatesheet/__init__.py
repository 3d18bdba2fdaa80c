"""The official-style ledger of a gate and a day (出入登记), and the paper form with the same columns. Pure here.

Owns: its columns and words in both languages, how rows are numbered with what a correction replaced beneath, totals,
and what a row of such a sheet says when it comes back. Promises: a sheet handed out and brought in unchanged says
nothing new; a row that was replaced is never counted and never hidden. Never: reads a table, or knows the clock.
"""

from kakou.ledger.gatesheet.forms import FormRef, LineRef
from kakou.ledger.gatesheet.words import COLUMNS, OF_A_FORM, TITLES, Language

__all__ = ["COLUMNS", "OF_A_FORM", "TITLES", "FormRef", "Language", "LineRef"]
