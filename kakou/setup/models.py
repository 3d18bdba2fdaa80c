"""The code by which whoever started the installation proves it."""

from __future__ import annotations

from django.db import models

from kakou.access.scope import Wall


class Ticket(models.Model):
    """One code that the console showed; of it only the hash is kept. The latest alone is good, once, for an hour."""

    code_hash = models.BinaryField(max_length=32)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    wall = Wall(None, pages="select, insert, update (used_at)", worker="")

    class Privacy:
        plain = frozenset({"id", "code_hash", "issued_at", "expires_at", "used_at"})

    def __str__(self) -> str:
        return f"issued {self.issued_at}"
