"""How many rows the database reads for what is said to it: those of a table and entries of its indexes, also those that
it throws away again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections


@contextmanager
def rows_read(table: str) -> Iterator[list[int]]:
    """One number for each statement of the block that names the table."""
    told: list[int] = []

    def explained(execute, sql, params, many, context):
        done = execute(sql, params, many, context)
        if table in sql:
            with connections["default"].connection.cursor() as beside:
                beside.execute(f"explain (analyze, format json) {sql}".encode(), params)
                told.extend(_read(table, plan["Plan"]) for plan in beside.fetchone()[0])
        return done

    with connections["default"].execute_wrapper(explained):
        yield told


def _read(table: str, node: dict[str, Any]) -> int:
    return _own(table, node) + sum(_read(table, below) for below in node.get("Plans", []))


def _own(table: str, node: dict[str, Any]) -> int:
    if node.get("Relation Name") != table and not node.get("Index Name", "").startswith(table):
        return 0
    thrown = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return int((node["Actual Rows"] + thrown) * node["Actual Loops"])
