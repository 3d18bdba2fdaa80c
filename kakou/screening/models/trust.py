"""Whom to believe about credentials: lists as they were brought in, each dated."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kakou.access.models import Staff
from kakou.access.scope import Wall
from kakou.kernel.ids import new_id


class TrustList(models.Model):
    """A folder of certificates, key sets and revocation lists, packed. Of one name the latest that was not withdrawn
    counts; none is changed.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.CharField(max_length=60)
    content = models.BinaryField(help_text="ZIP of the folder")
    digest = models.BinaryField(max_length=32)
    keys = models.PositiveIntegerField()
    revoked = models.PositiveIntegerField()
    dated = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    # public keys are nobody's data
    wall = Wall(
        None,
        pages="select, insert, update (withdrawn_at, withdrawn_by_id)",
        worker="select, insert, update (withdrawn_at, withdrawn_by_id)",
    )

    class Privacy:
        plain = frozenset(
            {
                "id",
                "name",
                "content",
                "digest",
                "keys",
                "revoked",
                "dated",
                "valid_until",
                "imported_at",
                "withdrawn_at",
            }
        )
        personal = {"imported_by": "duty", "withdrawn_by": "duty"}

    class Meta:
        indexes = [models.Index(fields=["name", "-imported_at"], condition=Q(withdrawn_at=None), name="trust_latest")]

    def __str__(self) -> str:
        return self.name
