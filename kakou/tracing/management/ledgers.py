"""The ledger's own index, asked by command: up to date, noted in the audit, and persons told by codes made for this one
answer."""

from __future__ import annotations

import dataclasses
import datetime as dt
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from kakou.access.scope import acting_as_system
from kakou.kernel.errors import Refusal
from kakou.people import queries as people
from kakou.places import queries as places
from kakou.tracing.management.asking import Source
from kakou.tracing.management.wording import NO_REASON
from kakou.web.queries import site_zone

if TYPE_CHECKING:
    from kakou.tracing.segments import Warm
    from kakou.tracing.sources import Gathered


class ReasonMissing(Refusal):
    """The ledger is asked for a reason or not at all."""

    code = "reason-missing"


class Subjects:
    """Persons and vehicles: asked for by the id that the address of their trail shows, told by a code that means
    nothing outside of this answer. No list of which is whose is kept.
    """

    def __init__(self, warm: Warm) -> None:
        """Of an index that is open."""
        self._warm = warm
        self._codes: dict[int, str] = {}
        self.asked: list[UUID] = []  # those who were looked for and found

    def find(self, text: str) -> int | None:
        """The index's number of a subject, or of the one he was merged with."""
        try:
            given = UUID(text)
        except ValueError:
            return None
        with acting_as_system():
            subject = people.canonical([given]).get(given, given)
            number = self._warm.codes_of([subject]).get(subject)
        if number is not None:
            self.asked.append(subject)
        return number

    def told(self, numbers: Any) -> Any:
        """A fresh code for each, the same for the same person in one answer."""
        import pyarrow as pa

        return pa.array([self._code(number) for number in numbers.tolist()], pa.string())

    def _code(self, number: int) -> str:
        if number not in self._codes:
            self._codes[number] = f"p-{secrets.token_hex(8)}"
        return self._codes[number]


class Nodes:
    """Units and entrances by their names, which say nothing of anybody."""

    def find(self, text: str) -> int | None:
        """By the number of its node."""
        return int(text) if text.isdecimal() else None

    def told(self, numbers: Any) -> Any:
        """Names; the number of a node that has none any more."""
        import pyarrow as pa

        with acting_as_system():
            names = places.full_names(set(numbers.tolist()))
        return pa.array([names.get(number, str(number)) for number in numbers.tolist()], pa.string())


def opened(reason: str | None, zone: ZoneInfo | None, *, at: dt.datetime, progress: Callable[[float], None]) -> Source:
    """The ledger as it is known now. Raises ReasonMissing, ReasonUnfit before anything is looked at."""
    from kakou.audit.rules import checked_reason
    from kakou.tracing.segments import warm_index

    if not reason:
        raise ReasonMissing(NO_REASON)
    checked_reason(reason)
    warm = warm_index(at, progress=lambda done, many: progress(done / many))
    subjects = Subjects(warm)

    def note(question: str, since: int | None, until: int | None) -> None:
        from kakou.tracing.actions.export import note_look

        note_look(question, subjects.asked, since=since, until=until, reason=reason, by=None, at=at)

    latest = int(at.timestamp())
    return Source(warm.index, subjects, Nodes(), zone or site_zone(), latest, note)


def stays_until(stays: Gathered, latest: int) -> Gathered:
    """What has not ended lasts until now."""
    import numpy as np

    return dataclasses.replace(stays, leave=np.maximum(np.minimum(stays.leave, latest), stays.enter))
