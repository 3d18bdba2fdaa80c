"""The audit, and backups."""

from __future__ import annotations

from tests.matrix.table.routes import P, Route

OVERSIGHT = {
    "audit/": [Route((P.SEE_AUDIT,)), Route((P.SEE_AUDIT,), "unit", (P.SEE_PLACES,), by_place=True)],
}
BACKUP = {"backups/": [Route((P.MANAGE_STAFF,)), Route((P.MANAGE_STAFF,), "unit", (P.SEE_PLACES,), by_place=True)]}
