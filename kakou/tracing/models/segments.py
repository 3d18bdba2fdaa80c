"""What the database knows of the segments, which lie in files outside of it: whose a code is, which days are built,
and which are to be built again."""

from __future__ import annotations

from django.db import models

from kakou.access.scope import Wall

# only who builds and asks the index needs these tables: grants alone guard them
_TRACER = "select, insert, update, delete"


class PersonCode(models.Model):
    """The number by which segments name one person or vehicle. It means nothing without this row."""

    code = models.BigAutoField(primary_key=True)
    subject = models.UUIDField(unique=True)

    wall = Wall(None, pages="", worker=_TRACER)

    class Privacy:
        plain = frozenset({"code"})
        personal = {"subject": "ledger"}

    def __str__(self) -> str:
        return str(self.code)


class PersonKey(models.Model):
    """Under which key passages name whom, as it was when his passages were last put into a segment.

    `person` is a bare code: a hundred thousand rows are read with every build.
    """

    key = models.UUIDField(primary_key=True)
    person = models.BigIntegerField(db_index=True)

    wall = Wall(None, pages="", worker=_TRACER)

    class Privacy:
        personal = {"key": "ledger", "person": "ledger"}
        plain = frozenset[str]()

    def __str__(self) -> str:
        return str(self.person)


class ChangedDay(models.Model):
    """The ledger says something else of a day of the site than its segment: of one subject (or key of his), or of
    anybody (`subject` None). Only ever added by who changes something, and taken away by who has built the day."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField(db_index=True)
    subject = models.UUIDField(null=True)

    wall = Wall(None, pages="", worker=_TRACER)

    class Privacy:
        plain = frozenset({"id", "day"})
        personal = {"subject": "ledger"}

    def __str__(self) -> str:
        return self.day.isoformat()


class BuiltDay(models.Model):
    """A day that has a segment, [`begin`, `end`) in seconds of the epoch. `stamp`: the one that stands beside the
    segment too; where they differ, the folder or the database is of another time."""

    day = models.DateField(primary_key=True)
    begin = models.BigIntegerField()
    end = models.BigIntegerField()
    stamp = models.UUIDField()
    rows = models.IntegerField()
    built_at = models.DateTimeField()

    wall = Wall(None, pages="", worker=_TRACER)

    class Privacy:
        plain = frozenset({"day", "begin", "end", "stamp", "rows", "built_at"})

    def __str__(self) -> str:
        return self.day.isoformat()
