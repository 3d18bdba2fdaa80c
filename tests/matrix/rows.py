"""One valid row of any table of ours, at any node: so that no table can be left out of the walls' tests.

Made from the model itself; `FITTING` holds what a check constraint asks for and the field's type does not tell.
"""

import datetime as dt
import itertools
import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from kakou.access.models import Node, Staff
from kakou.kernel.ids import new_id
from tests.cast import AT

COUNT = itertools.count(1_000_000)
NEEDED = object()  # what a nullable field refers to, made like everything else that a row needs
ANOTHER = object()  # the same, but a row of its own: two fields must not refer to one


def somebody():
    """An account of its own: of what there is one for each account."""
    return Staff.objects.using("owner").create(username=f"row-{next(COUNT)}", created_at=AT)


FITTING = {
    "access_keydestruction": {"day": lambda: AT.date() + dt.timedelta(days=next(COUNT) % 9999)},  # one a day waits
    "access_factorrequest": {"staff": somebody},
    "access_rosterentry": {"staff": somebody},
    "audit_event": {"seq": lambda: next(COUNT)},
    "directives_directive": {
        "acknowledge_by": lambda: AT + dt.timedelta(hours=2),
        "deadline": lambda: AT + dt.timedelta(hours=2),
    },
    "ledger_expectedvisit": {"ends_at": lambda: AT + dt.timedelta(hours=6)},
    "ledger_importbatch": {"rows": lambda: 2},  # one stored and one known
    "ledger_paperform": {"number": lambda: next(COUNT) % 999 + 1},
    "ledger_paperrow": {"line": lambda: next(COUNT) % 20 + 1},
    "ledger_sheetcopy": {"number": lambda: next(COUNT)},
    "ledger_stay": {"entered_at": lambda: AT},  # no orphan
    "people_distinct": {"other": lambda: ANOTHER},
    "people_proxy": {"answers": lambda: ANOTHER},
    "people_samesubject": {"same_as": new_id},
    "places_geometry": {"shape": lambda: {"type": "Point", "coordinates": [1.0, 1.0]}},
    "screening_edition": {"number": lambda: next(COUNT)},
    "screening_pass": {"person": lambda: NEEDED},
    "screening_fevercase": {"due_at": lambda: AT},  # it goes on
    "tracing_exposure": {"source": lambda: ANOTHER},
    "tracing_question": {"kind": lambda: "ranking"},  # closes nothing
    "workorders_workorder": {"state": lambda: "reported"},
}
BY_TYPE = (
    (models.UUIDField, new_id),
    (models.BinaryField, lambda: uuid.uuid4().bytes),
    (models.DateTimeField, lambda: AT),
    (models.DateField, lambda: AT.date()),
    (models.TimeField, lambda: dt.time(0)),
    (models.BooleanField, lambda: False),
    (models.FloatField, lambda: 1.0),
    (models.JSONField, dict),
    (ArrayField, list),
)


class Rows:
    """Makes rows as the owner, who stands outside the walls; what a row needs (its unit, its order) comes along."""

    def __init__(self, staff):
        self._staff = staff
        self._made = {}

    def at(self, model, node):
        """The one row of `model` at `node`."""
        key = (model, node)
        if key not in self._made:
            self._made[key] = model._base_manager.using("owner").create(**self._values(model, node))
        return self._made[key]

    def another(self, model, node):
        """A second row, not stored: what somebody might try to add."""
        return model(**self._values(model, node, fresh=True))

    def _fresh(self, model, node):
        """A second row of `model` at `node`, stored."""
        return model._base_manager.using("owner").create(**self._values(model, node, fresh=True))

    def _values(self, model, node, *, fresh=False):
        fitting = FITTING.get(model._meta.db_table, {})
        column = column_of_node(model)
        values = {}
        for field in model._meta.concrete_fields:
            given = fitting[field.name]() if field.name in fitting else None
            if given is NEEDED:
                values[field.attname] = self._referred(field.remote_field.model, node)
            elif given is ANOTHER:
                values[field.attname] = self._fresh(field.remote_field.model, node).pk
            elif field.name in fitting:
                values[field.name] = given
            elif field.column == column:
                values[field.attname] = node
            elif (value := self._value(field, node)) is not None:
                values[field.attname] = value
        return values

    def _value(self, field, node):
        if isinstance(field, models.AutoField | models.BigAutoField) or field.db_default is not models.NOT_PROVIDED:
            return None
        if (field.has_default() and not field.unique) or (field.null and field.name != "node"):
            return None
        if field.remote_field:
            return self._referred(field.remote_field.model, node)
        if field.blank and isinstance(field, models.CharField):
            return ""
        if field.choices:
            return field.choices[0][0]
        return _of_type(field)

    def _referred(self, model, node):
        if model is Node:
            return node
        return self._staff.pk if model is Staff else self.at(model, node).pk


def _of_type(field):
    if isinstance(field, models.IntegerField):
        return next(COUNT) if field.unique else 1
    for kind, make in BY_TYPE:
        if isinstance(field, kind):
            return make()
    return str(next(COUNT))[: field.max_length]


def column_of_node(model):
    """The column by which the wall of this table, or of the one it keeps the history of, knows the place."""
    from kakou.access.scope.build import declared_walls

    return declared_walls()[model._meta.db_table].node
