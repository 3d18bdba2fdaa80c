"""What was imported, from which file and by whom."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from kakou.access.rules import Permission
from kakou.access.scope import Scoped, Wall
from kakou.kernel.ids import new_id


class ImportBatch(models.Model):
    """One import that was carried out. Its node is the innermost one around all gates of the file.

    The same file may be imported again: then `stored` is 0 and all its rows are `present`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    node_id = models.IntegerField()
    file_name = models.CharField(max_length=128)
    file_hash = models.BinaryField(max_length=32)  # SHA-256 of the file as it was sent
    source = models.CharField(max_length=128, help_text="the old system, as the mapping file calls it")
    mapping_hash = models.BinaryField(max_length=32)  # SHA-256: which version of the mapping file
    rows = models.IntegerField()
    stored = models.IntegerField()
    present = models.IntegerField()
    differing = models.IntegerField()  # present, but with another direction than this import found
    imported_by = models.IntegerField(null=True)  # null: the installation, from the command line
    imported_at = models.DateTimeField()

    objects = Scoped["ImportBatch"]()
    wall = Wall(Permission.IMPORT_LEDGER, Permission.IMPORT_LEDGER, pages="select, insert", worker="select, insert")

    class Privacy:
        plain = frozenset(
            {
                "id", "node_id", "file_hash", "source", "mapping_hash", "rows", "stored", "present", "differing",
                "imported_at",
            }
        )  # fmt: skip
        personal = {"file_name": "duty", "imported_by": "duty"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(rows=F("stored") + F("present")), name="import_counts_every_row"),
            models.CheckConstraint(condition=Q(differing__lte=F("present")), name="import_differing_are_present"),
        ]

    def __str__(self) -> str:
        return str(self.id)
