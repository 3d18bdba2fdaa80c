"""What the intake could not accept: kept whole, sealed, for a person to look at, as long as passages are kept."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL

from kakou.access.rules import Permission
from kakou.access.scope import Scoped, Wall
from kakou.ledger.desk.states import State
from kakou.web.models import Xid8Field

_DECIDES = (
    "select, update (state, resolution, resolved_by_id, resolved_at, correction, trouble, trouble_place, entered_as)"
)


class Quarantined(models.Model):
    """One item as it came. `reason`: code; `place`: the path in the item that is wrong; `passage`: the id it claims.

    `digest` is keyed like a passage's hash: the same item sent twice by one device is kept once. What is decided stands
    beside it and the item itself never changes: `correction` (sealed) says what shall hold instead until the job has
    entered it, `trouble` and `trouble_place` why it could not.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    xid = Xid8Field(db_default=RawSQL("pg_current_xact_id()", []), editable=False)
    node_id = models.IntegerField()
    device_id = models.IntegerField()
    passage = models.UUIDField(null=True)
    seq = models.BigIntegerField(null=True)
    prev_hash = models.BinaryField(null=True)
    digest = models.BinaryField()
    contract = models.IntegerField()
    reason = models.CharField(max_length=40)
    place = models.CharField(max_length=200, blank=True)
    payload = models.BinaryField()
    recorded_at = models.DateTimeField()
    state = models.CharField(max_length=16, db_default=State.WAITING.value, default=State.WAITING.value)
    resolution = models.CharField(max_length=200, blank=True, db_default="", default="")
    resolved_by = models.ForeignKey("access.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True)
    correction = models.BinaryField(null=True)
    trouble = models.CharField(max_length=40, blank=True, db_default="", default="")
    trouble_place = models.CharField(max_length=200, blank=True, db_default="", default="")
    entered_as = models.UUIDField(null=True, help_text="the passage that it became")

    objects = Scoped["Quarantined"]()
    wall = Wall(
        Permission.SEE_LEDGER,
        Permission.RESOLVE_QUARANTINE,
        pages=f"{_DECIDES}, insert",  # of outboxes that were carried here
        worker=f"{_DECIDES}, delete",
        lane="select (id, device_id, digest), insert",
    )

    class Privacy:
        plain = frozenset(
            {"id", "xid", "node_id", "device_id", "passage", "seq", "contract", "reason", "place", "recorded_at"}
            | {"state", "resolution", "resolved_at", "trouble", "trouble_place", "entered_as"}
        )
        personal = {"prev_hash": "ledger", "digest": "ledger", "resolved_by": "duty"}
        sensitive = {"payload": "ledger", "correction": "ledger"}

    class Meta:
        indexes = [
            models.Index(
                fields=["node_id", "recorded_at"], condition=Q(state=State.WAITING.value), name="quarantine_waiting"
            ),
            models.Index(fields=["xid"], name="quarantine_by_commit"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["device_id", "digest"], name="quarantined_once"),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in State]), name="quarantined_known_state"
            ),
            models.CheckConstraint(
                condition=Q(state=State.ENTERED.value, entered_as__isnull=False)
                | (~Q(state=State.ENTERED.value) & Q(entered_as=None)),
                name="quarantined_entered_as",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.id}"
