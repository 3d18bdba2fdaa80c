"""The audit, backups, and whether everything runs."""

from __future__ import annotations

from tests.matrix.table.routes import P, Route, Who

OVERSIGHT = {
    "audit/": [Route((P.SEE_AUDIT,)), Route((P.SEE_AUDIT,), "unit", (P.SEE_PLACES,), by_place=True)],
}
BACKUP = {"backups/": [Route((P.MANAGE_STAFF,)), Route((P.MANAGE_STAFF,), "unit", (P.SEE_PLACES,), by_place=True)]}
UPKEEP = {
    "status/": [Route((P.MANAGE_STAFF,)), Route((P.MANAGE_STAFF,), "unit", (P.SEE_PLACES,), by_place=True)],
    "livez": Who.ANYONE,
    "readyz": Who.ANYONE,
    "metrics": Who.TOKEN,  # KAKOU_METRICS_TOKEN; without one it is not there
}
