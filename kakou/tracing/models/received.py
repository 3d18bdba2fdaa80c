"""Line lists that were brought in, and what other offices handed over: each by its key, each file once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kakou.access.models import Node, Staff
from kakou.access.scope import Scoped, Wall
from kakou.kernel.ids import new_id
from kakou.tracing.models.cases import CASES, Outbreak


class LineList(models.Model):
    """One list that was brought in. Who came in by it, the steps of the people say; it can be undone once."""

    id = models.UUIDField(primary_key=True, default=new_id)
    outbreak = models.ForeignKey(Outbreak, on_delete=models.PROTECT, related_name="+")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    rows = models.IntegerField()
    added = models.IntegerField(help_text="people who were not in the outbreak before")
    registered = models.IntegerField(help_text="people who were not in the register before")
    brought_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    brought_at = models.DateTimeField()
    undone_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    objects = Scoped["LineList"]()
    wall = Wall(
        *CASES,
        pages="select, insert, update (added, registered, undone_by_id, undone_at)",
        worker="select, insert, delete",
    )

    class Privacy:
        plain = frozenset({"id", "outbreak", "node", "rows", "added", "registered", "brought_at", "undone_at"})
        personal = {"brought_by": "duty", "undone_by": "duty"}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="line_list_undone_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rows} {self.brought_at:%Y-%m-%d}"


class Office(models.Model):
    """Another installation, or another system, whose signature somebody confirmed by its fingerprint.

    `sign_key`: its Ed25519 public key (base64url, as in a JWK); `fingerprint`: SHA-256 of it, hex; `open_key`: the
    public key (JWK) to which files for it are sealed, None while it is not known. Of the whole installation.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=64, unique=True)
    sign_key = models.CharField(max_length=64)
    open_key = models.JSONField(null=True)
    confirmed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    wall = Wall(
        None,  # keys of offices, the same for everybody here
        pages="select, insert, update (name, open_key, confirmed_by_id, confirmed_at, ended_at)",
        worker="select",
    )

    class Privacy:
        plain = frozenset({"id", "name", "fingerprint", "sign_key", "open_key", "confirmed_at", "ended_at"})
        personal = {"confirmed_by": "duty"}

    def __str__(self) -> str:
        return self.name


class HandedIn(models.Model):
    """One file of another office whose people were taken. `handover`: its number there; `digest`: SHA-256 of the file.
    `receipt`: what was signed in return, kept so that a lost one can be given again."""

    id = models.UUIDField(primary_key=True, default=new_id)
    outbreak = models.ForeignKey(Outbreak, on_delete=models.PROTECT, related_name="+")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    handover = models.UUIDField()
    digest = models.CharField(max_length=64, unique=True)
    many = models.IntegerField()
    receipt = models.TextField()
    brought_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    brought_at = models.DateTimeField()

    objects = Scoped["HandedIn"]()
    wall = Wall(*CASES, pages="select, insert", worker="select, insert, delete")

    class Privacy:
        plain = frozenset({"id", "outbreak", "node", "office", "handover", "digest", "many", "receipt", "brought_at"})
        personal = {"brought_by": "duty"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "handover"], name="handed_in_once")]

    def __str__(self) -> str:
        return f"{self.many} {self.brought_at:%Y-%m-%d}"
