"""Outbreaks, the people in them, and what exposed whom. Whose a row is, only the subject's id says: names lie in the
register, sealed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kakou.access.models import Node, Staff
from kakou.access.rules import Permission
from kakou.access.scope import Scoped, Wall
from kakou.access.scope.history import keeps_history
from kakou.kernel.ids import new_id
from kakou.tracing.models.columns import Told
from kakou.tracing.policy import EDITIONS, Grade
from kakou.tracing.rules.pairs import Pair, pairs_told
from kakou.tracing.rules.standing import CaseState, Move, Origin, Standing

CASES = Permission.SEE_CASES, Permission.TRACE
# whoever follows up writes too: a call ends a state, a positive test makes a case
FOLLOWED = Permission.SEE_CASES, Permission.FOLLOW_UP


class Outbreak(models.Model):
    """One outbreak: cases, contacts, control measures and disinfection belong to it (R69), and one edition of the plan
    that its contacts are told by."""

    id = models.UUIDField(primary_key=True, default=new_id)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=80)
    edition = models.CharField(max_length=20, choices=[(name, name) for name in EDITIONS])
    lookback_days = models.SmallIntegerField(null=True, help_text="instead of the edition's own")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    cases = models.IntegerField(default=0, help_text="numbers given: counted by `tracing_next_number` alone")

    objects = Scoped["Outbreak"]()
    wall = Wall(
        *CASES,
        pages="select, insert, update (title, edition, lookback_days, closed_at)",
        worker="select, insert, update (title, edition, lookback_days, closed_at), delete",
    )

    class Privacy:
        plain = frozenset({"id", "node", "title", "edition", "lookback_days", "opened_at", "closed_at", "cases"})
        personal = {"opened_by": "duty"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(edition__in=EDITIONS), name="outbreak_known_edition"),
            models.CheckConstraint(
                condition=Q(lookback_days=None) | Q(lookback_days__range=(0, 28)), name="outbreak_lookback_is_days"
            ),
        ]

    def __str__(self) -> str:
        return self.title


# nobody has decided about who is proposed: what runs make of him is reckoned again and again
@keeps_history(only="OLD.standing <> 'proposed' OR NEW.standing <> 'proposed'")
class Involved(models.Model):
    """Somebody in an outbreak: a case, or a contact in the grade that a person gave him. On the node where he lives, or
    else where he was met.

    `proposed`: the strongest grade that the engine or whoever brought him in proposes; `grade`: the one decided, empty
    until then. `since_at`, `last_at`: the first and the last exposure that count. Of a case besides: number, state,
    onset, first positive sample, when he was isolated (the end of what he can have passed on).
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    # neither has an index of its own: `involved_once` and `involved_by_node` begin with them
    outbreak = models.ForeignKey(Outbreak, on_delete=models.PROTECT, related_name="+", db_index=False)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+", db_index=False)
    subject = models.UUIDField(db_index=True)
    subject_kind = models.SmallIntegerField(default=1)
    standing = models.CharField(max_length=12, choices=[(s.value, s.value) for s in Standing])
    origin = models.CharField(max_length=12, choices=[(o.value, o.value) for o in Origin])
    proposed = models.CharField(max_length=12, choices=[(g.value, g.value) for g in Grade])
    grade = models.CharField(max_length=12, blank=True, choices=[(g.value, g.value) for g in Grade])
    rank = models.FloatField(default=0.0, help_text="seconds together, over the crowd where there was one")
    edition = models.CharField(
        max_length=20, default="generic", help_text="of the plan: the outbreak's, when he came in"
    )
    since_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    number = models.IntegerField(null=True, help_text="of a case, within its outbreak")
    case_state = models.CharField(max_length=12, blank=True, choices=[(s.value, s.value) for s in CaseState])
    onset_on = models.DateField(null=True)
    positive_at = models.DateTimeField(null=True)
    isolated_at = models.DateTimeField(null=True)
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    objects = Scoped["Involved"]()
    wall = Wall(*FOLLOWED, pages="select, insert, update", worker="select, insert, update, delete")

    class Privacy:
        plain = frozenset({"id", "outbreak", "node", "edition", "number", "found_at", "decided_at"})
        personal = {"subject": "tracing", "subject_kind": "tracing", "origin": "tracing", "decided_by": "duty"}
        sensitive = dict.fromkeys(
            (
                "standing", "proposed", "grade", "rank", "since_at", "last_at", "case_state", "onset_on",
                "positive_at", "isolated_at",
            ),
            "tracing",
        )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["outbreak", "subject"], name="involved_once"),
            models.UniqueConstraint(
                fields=["outbreak", "number"], condition=Q(number__isnull=False), name="case_number_once"
            ),
            models.CheckConstraint(
                condition=Q(standing__in=[s.value for s in Standing]), name="involved_known_standing"
            ),
            models.CheckConstraint(
                condition=Q(number=None, case_state="") | (Q(number__isnull=False) & ~Q(case_state="")),
                name="case_has_number_and_state",
            ),
            models.CheckConstraint(
                condition=~Q(case_state="asymptomatic") | Q(onset_on=None), name="case_without_symptoms_has_no_onset"
            ),
        ]
        indexes = [
            models.Index(fields=["outbreak", "standing", "-rank"], name="involved_ranked"),
            models.Index(fields=["node", "standing"], name="involved_by_node"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_case(self) -> bool:
        """Or a contact."""
        return self.number is not None


class Step(models.Model):
    """One thing that was done about somebody; only ever added. `reason`: why, in words without a number of anybody."""

    id = models.UUIDField(primary_key=True, default=new_id)
    involved = models.ForeignKey(Involved, on_delete=models.CASCADE, related_name="steps")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    move = models.CharField(max_length=12, choices=[(m.value, m.value) for m in Move])
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    facts = models.JSONField(default=dict, help_text="codes, ids, days")

    objects = Scoped["Step"]()
    wall = Wall(*FOLLOWED, pages="select, insert", worker="select, insert, delete")

    class Privacy:
        plain = frozenset({"id", "involved", "node", "at"})
        personal = {"by": "duty"}
        sensitive = {"move": "tracing", "reason": "tracing", "facts": "tracing"}

    class Meta:
        indexes = [models.Index(fields=["involved", "at"], name="tracing_step_by_involved")]

    def __str__(self) -> str:
        return f"{self.involved_id} {self.move}"


class Exposure(models.Model):
    """What exposed one to another: the grade that it proposes, the reasons in words (msgid and numbers, by which
    edition), and the pairs of stays that are the evidence.

    `evidence`: rows of `rules.pairs.Pair`, read as `pairs`, the longest first. `trace`: the run that wrote it; none:
    told by somebody. `digest`: of all that it says, so that a run which says the same writes nothing.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    source = models.ForeignKey(Involved, on_delete=models.CASCADE, related_name="exposed", db_index=False)
    target = models.ForeignKey(Involved, on_delete=models.CASCADE, related_name="exposures")
    # no index of its own: beside that of the source, the database read what all cases had in these places together
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+", db_index=False)
    trace = models.ForeignKey("tracing.Trace", on_delete=models.SET_NULL, null=True, related_name="+")
    grade = models.CharField(max_length=12, choices=[(g.value, g.value) for g in Grade])
    rank = models.FloatField()
    exposure_s = models.IntegerField()
    encounters = models.IntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    certain = models.BooleanField()
    edition = models.CharField(max_length=20)
    reasons = Told(default=list)
    evidence = Told(default=list)
    found_at = models.DateTimeField()
    is_told = models.BooleanField(default=False, help_text="by somebody: no trace puts another in its place")
    digest = models.UUIDField(null=True)

    objects = Scoped["Exposure"]()
    wall = Wall(*FOLLOWED, pages="select, insert, update", worker="select, insert, update, delete")

    class Privacy:
        plain = frozenset({"id", "source", "target", "node", "trace", "edition", "found_at", "is_told", "digest"})
        sensitive = dict.fromkeys(
            ("grade", "rank", "exposure_s", "encounters", "first_at", "last_at", "certain", "reasons", "evidence"),
            "tracing",
        )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "is_told"], name="exposure_once"),
            models.CheckConstraint(condition=~Q(source=models.F("target")), name="exposure_is_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}"

    @property
    def pairs(self) -> list[Pair]:
        """Of stays, typed; read once where they are asked for more than once."""
        return pairs_told(self.evidence)


class ControlMeasure(models.Model):
    """What was done against the spread at one place, tied to its outbreak: closing, disinfection (R69)."""

    class Kind(models.TextChoices):
        """封控 · 管控 · 防范 · 关闭 · 终末消毒 · 通风"""

        LOCKED_DOWN = "locked_down"
        CONTROLLED = "controlled"
        GUARDED = "guarded"
        CLOSED = "closed"
        DISINFECTED = "disinfected"
        AIRED = "aired"

    id = models.UUIDField(primary_key=True, default=new_id)
    outbreak = models.ForeignKey(Outbreak, on_delete=models.PROTECT, related_name="measures")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    since_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True)
    set_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    objects = Scoped["ControlMeasure"]()
    wall = Wall(*CASES, pages="select, insert, update (until_at)", worker="select, insert, update, delete")

    class Privacy:
        plain = frozenset({"id", "outbreak", "node", "kind", "since_at", "until_at", "note"})
        personal = {"set_by": "duty"}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gte=models.F("since_at")), name="measure_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.node_id}"
