"""Paper: copies of a day's sheet that were printed, forms to write on, and what was typed in from them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from kakou.access.models import Node, Staff
from kakou.access.rules import Permission
from kakou.access.scope import Scoped, Wall
from kakou.kernel.ids import new_id
from kakou.ledger.gatesheet.forms import LINES, MOST_FORMS


class SheetCopy(models.Model):
    """The sheet of a gate and day, printed once: copy `number` of that day. `part`: of a day too long for one
    printing."""

    id = models.UUIDField(primary_key=True, default=new_id)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    number = models.PositiveIntegerField()
    part = models.PositiveSmallIntegerField(default=1)
    is_masked = models.BooleanField()
    rows = models.PositiveIntegerField()
    printed_at = models.DateTimeField()
    printed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    objects = Scoped["SheetCopy"]()
    wall = Wall(Permission.SEE_LEDGER, Permission.SEE_LEDGER, pages="select, insert", worker="select")

    class Privacy:
        plain = frozenset({"id", "node", "day", "number", "part", "is_masked", "rows", "printed_at"})
        personal = {"printed_by": "duty"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["node", "day", "number"], name="sheet_copy_has_one_number"),
            models.CheckConstraint(condition=Q(number__gte=1, part__gte=1), name="sheet_copy_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.number}"


class PaperForm(models.Model):
    """One sheet of paper to write on, of a gate and day (`gatesheet.FormRef`)."""

    id = models.UUIDField(primary_key=True, default=new_id)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    number = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    objects = Scoped["PaperForm"]()
    wall = Wall(Permission.SEE_LEDGER, Permission.CORRECT_LEDGER, pages="select, insert", worker="select")

    class Privacy:
        plain = frozenset({"id", "node", "day", "number", "made_at"})
        personal = {"made_by": "duty"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["node", "day", "number"], name="paper_form_has_one_number"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=MOST_FORMS), name="paper_form_is_numbered"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.number}"


class PaperEntry(models.Model):
    """What somebody typed in from paper at once: `stored` lines became passages, `present` were in the ledger."""

    id = models.UUIDField(primary_key=True, default=new_id)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    digest = models.BinaryField(max_length=16)
    stored = models.PositiveIntegerField()
    present = models.PositiveIntegerField()
    typed_at = models.DateTimeField()
    typed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    objects = Scoped["PaperEntry"]()
    wall = Wall(
        Permission.CORRECT_LEDGER,
        Permission.CORRECT_LEDGER,
        pages="select, insert, update (undone_at, undone_by_id)",
        worker="select, insert",
    )

    class Privacy:
        plain = frozenset({"id", "node", "digest", "stored", "present", "typed_at", "undone_at"})
        personal = {"typed_by": "duty", "undone_by": "duty"}

    class Meta:
        indexes = [models.Index(fields=["node", "-typed_at"], name="paper_entry_by_gate")]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="paper_entry_undone_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class PaperRow(models.Model):
    """One line of a form that was typed in. `passage`: what it became, or what the ledger had of it already (then
    `is_new` is false); `vehicle`: the passage of the vehicle that the line tells of besides. `said`: a keyed digest of
    all that it said. `sealed`: `actions.paper_rows.Beside`, what a passage has no place for."""

    id = models.UUIDField(primary_key=True, default=new_id)
    entry = models.ForeignKey(PaperEntry, on_delete=models.PROTECT, related_name="lines")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+", db_index=False)
    form = models.ForeignKey(PaperForm, on_delete=models.PROTECT, related_name="+", db_index=False)
    line = models.PositiveSmallIntegerField()
    passage = models.UUIDField(help_text="no foreign key: it is destroyed with its day")
    vehicle = models.UUIDField(null=True)
    is_new = models.BooleanField()
    said = models.BinaryField(max_length=16)
    sealed = models.BinaryField(null=True)
    due_on = models.DateField(help_text="on which it is destroyed")
    is_undone = models.BooleanField(default=False)

    objects = Scoped["PaperRow"]()
    wall = Wall(
        Permission.SEE_LEDGER,
        Permission.CORRECT_LEDGER,
        pages="select, insert, update (is_undone)",
        worker="select, insert, delete",
    )

    class Privacy:
        plain = frozenset({"id", "entry", "node", "form", "line", "is_new", "due_on", "is_undone"})
        personal = {"passage": "ledger", "vehicle": "ledger", "said": "ledger", "sealed": "ledger"}

    class Meta:
        indexes = [
            models.Index(fields=["passage"], name="paper_row_of_passage"),
            models.Index(fields=["due_on"], name="paper_row_due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["form", "line"], condition=Q(is_undone=False), name="paper_line_once"),
            models.CheckConstraint(condition=Q(line__gte=1, line__lte=LINES), name="paper_line_of_a_form"),
            models.CheckConstraint(condition=~Q(vehicle=F("passage")), name="paper_line_of_two_passages"),
        ]

    def __str__(self) -> str:
        return f"{self.form_id} {self.line}"
