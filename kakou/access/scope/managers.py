"""First wall: django-scopes' manager as a module-level class (ScopedManager() makes one that mypy cannot resolve)."""

from __future__ import annotations

from typing import TypeVar

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup, Q
from django.db.models.sql.compiler import SQLCompiler
from django_scopes import get_scope
from django_scopes.manager import DisabledQuerySet

from kakou.access.scope.wall import Wall
from kakou.kernel.arrays import array

M = TypeVar("M", bound=models.Model, covariant=True)


@models.ForeignKey.register_lookup
@models.IntegerField.register_lookup
class Among(Lookup):
    """A node among many, told as one text: `in` prepares and spells out hundreds of them for each query of a page."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        """Of PostgreSQL."""
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = any(%s::int[])", (*params, self.rhs)


class Scoped(models.Manager[M]):
    """Rows of the nodes over which `wall.read` is held; any use outside `acting_as` raises ScopeError."""

    def get_queryset(self) -> models.QuerySet[M]:
        """See the class."""
        now = get_scope()
        if not now.get("_enabled", True):
            return super().get_queryset()
        wall: Wall = self.model.wall  # type: ignore[attr-defined]
        assert wall.read is not None, f"{self.model.__name__} is scoped and must say which permission reads it"
        if wall.read.value not in now:
            disabled: models.QuerySet[M] = DisabledQuerySet(
                self.model, using=self._db, missing_scopes={wall.read.value}
            )
            return disabled
        held = array(now[wall.read.value])
        return (
            super().get_queryset().filter(Q.create([(f"{node}__among", held) for node in wall.nodes], connector=Q.OR))
        )
