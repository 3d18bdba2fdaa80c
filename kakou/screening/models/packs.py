"""Editions of packs that an office made, and which pack holds where from when on."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from kakou.access.models import Node, Staff
from kakou.access.rules import Permission
from kakou.access.scope import Scoped, Wall
from kakou.kernel.ids import new_id
from kakou.places.rules import UnitKind


class Edition(models.Model):
    """One edition of a pack, signed when it was made and never changed. The shipped ones are files, edition 1."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    content = models.TextField(help_text="canonical JSON: what is hashed and signed")
    digest = models.BinaryField(max_length=32)
    signature = models.BinaryField(max_length=64, help_text="ES256 of this installation's bundle key over the content")
    based_on = models.CharField(max_length=60, help_text="version it was made from")
    note = models.CharField(max_length=200, default="")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    # rules are nobody's data, and every gate of the installation may go by any of them
    wall = Wall(None, pages="select, insert", worker="select, insert")

    class Privacy:
        plain = frozenset({"id", "code", "number", "content", "digest", "signature", "based_on", "note", "made_at"})
        personal = {"made_by": "duty"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="edition_once"),
            models.CheckConstraint(condition=Q(number__gt=1), name="edition_1_is_shipped"),
        ]

    def __str__(self) -> str:
        return f"{self.code}.{self.number}"


class Publication(models.Model):
    """`version` holds in the unit on `node` and below, for one kind of unit ("": any), from `starts_at` until before
    `ends_at`. Of several the nearest node decides, then the kind that is named, then the latest beginning.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    unit_kind = models.CharField(max_length=16, blank=True, default="", choices=[(k.value, k.value) for k in UnitKind])
    version = models.CharField(max_length=60)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    ended_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    objects = Scoped["Publication"]()
    wall = Wall(
        Permission.SEE_PLACES,
        Permission.MANAGE_RULES,
        pages="select, insert, update (ends_at, ended_by_id)",
        worker="select, insert, update (ends_at, ended_by_id)",
    )

    class Privacy:
        plain = frozenset({"id", "node", "unit_kind", "version", "starts_at", "ends_at", "published_at"})
        personal = {"published_by": "duty", "ended_by": "duty"}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")), name="publication_ends_later"
            )
        ]
        indexes = [models.Index(fields=["node", "starts_at"], name="publication_by_node")]

    def __str__(self) -> str:
        return f"{self.node_id} {self.version}"
