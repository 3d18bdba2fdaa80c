"""Tables cut into UTC days along the UUIDv7 that is their key, so that a retention cut is a detach.

The key stays `id` alone, unique over all days; a DEFAULT partition takes ids whose clock was wrong.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState


class CreatePartitionedModel(migrations.CreateModel):
    """CreateModel whose CREATE TABLE ends with PARTITION BY RANGE (id)."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """As CreateModel, with the table partitioned."""
        editor: Any = schema_editor
        plain = editor.sql_create_table
        editor.sql_create_table = f"{plain} PARTITION BY RANGE (id)"
        try:
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        finally:
            editor.sql_create_table = plain
