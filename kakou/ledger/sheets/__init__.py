"""Import of passages from any CSV or XLSX by a mapping file. Pure here: no Django, no database, no clock.

Owns: what a mapping file may say, and what a row means by it. Promises: every cell is checked before anything is
stored, whatever is wrong is told by row and column, and the same file gives the same passage ids again.
Never: skips a row, guesses a time zone, or stores anything (`ledger.actions.importing` does).

    mapping = load_mapping(text)                     # MappingRefused
    readings = read_passages(sheet, mapping, now_ms=…, problems=problems)
    problems.refuse_if_any()

How a mapping file is written: docs/reference/import-mapping.md; an example: mappings/lekagul.toml.
"""

from kakou.ledger.sheets.mapping import Mapping, MappingRefused, load_mapping
from kakou.ledger.sheets.readings import Reading, read_passages
from kakou.ledger.sheets.subjects import Subject

__all__ = ["Mapping", "MappingRefused", "Reading", "Subject", "load_mapping", "read_passages"]
