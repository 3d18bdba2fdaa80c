"""Where in the database something stands, letter by letter, in plain or sealed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import cache

from django.apps import apps
from django.db import connection, models

from kakou import vault
from kakou.vault.sealing import unseal

Place = tuple[type[models.Model], str]


def texts_of(model: type[models.Model], field: str) -> Iterator[str]:
    """What the rows of a table say there; what is sealed is opened."""
    for row in model._base_manager.all():
        value = getattr(row, field)
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            yield repr(value)
        elif value:
            yield from _opened(row, field, bytes(value))


def _opened(row: models.Model, field: str, sealed: bytes) -> Iterator[str]:
    for id in (row.pk, getattr(row, "row", None), getattr(row, "mark", None)):
        for name in (field, field.removesuffix("_sealed")):
            with contextlib.suppress(Exception):
                plain = unseal(vault.store(), table=row._meta.db_table, row=id, field=name, sealed=sealed)
                yield plain.decode("utf-8", "replace")


def places() -> Iterator[Place]:
    """Every field of ours that may hold a text."""
    for model in apps.get_models():
        if model.__module__.startswith("kakou.") and may_be_read(model._meta.db_table):
            for field in model._meta.concrete_fields:
                is_text = isinstance(field, models.CharField | models.TextField | models.JSONField)
                if is_text or (isinstance(field, models.BinaryField) and "sealed" in field.name):
                    yield model, field.name


@cache
def may_be_read(table: str) -> bool:
    """By the role that pages have."""
    with connection.cursor() as cursor:
        cursor.execute("select has_table_privilege(current_user, %s, 'select')", [table])
        return bool(cursor.fetchone()[0])


def found_at(text: str, first: Place | None = None) -> Place | None:
    """Where it stands; looked for at `first` before anywhere else."""
    return next((one for one in ([first] if first else []) + list(places()) if is_at(text, one)), None)


def is_at(text: str, place: Place) -> bool:
    """Is it there, whole?"""
    return any(text in said for said in texts_of(*place))
