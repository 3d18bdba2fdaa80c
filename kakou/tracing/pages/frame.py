"""What pages of tracing share: whom a row is about, by a masked name or, while names are released, by the name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from kakou.access.pages import StaffRequest, nodes_held
from kakou.access.rules import Permission
from kakou.ledger.pages.frame import where_names
from kakou.ledger.queries.labels import labels
from kakou.places import queries as places
from kakou.places.rules import UnitKind
from kakou.tracing.actions.names import names_of
from kakou.tracing.models import Exposure, Involved, Outbreak
from kakou.tracing.pages.words import CASES, GRADES, STANDINGS
from kakou.tracing.policy import Grade
from kakou.tracing.rules.standing import CaseState, Standing
from kakou.web.kit import times
from kakou.web.kit.signs import Sign

TOLD_IN_HOURS = 24  # from there on days are enough


@dataclass(frozen=True, slots=True)
class Somebody:
    """One person of an outbreak, ready to be shown. `name`: masked unless released; `number`: of a case, as C-003."""

    row: Involved
    name: str
    phone: str
    number: str
    place: str
    sign: Sign
    grade: Sign | None
    standing: Sign
    exposure: Exposure | None = None

    @property
    def together(self) -> str:
        """How long altogether, in words: ranks are told apart by minutes, so that 108 of them are not one hour."""
        if self.exposure is None:
            return ""
        hours, minutes = divmod(self.exposure.exposure_s // times.MINUTE, 60)
        parts = [times.span(part) for part in (hours * times.HOUR, minutes * times.MINUTE) if part]
        return " ".join(parts) if hours < TOLD_IN_HOURS and parts else times.span(self.exposure.exposure_s)


def somebodies(
    request: StaffRequest,
    rows: Collection[Involved],
    *,
    outbreak: Outbreak | None,
    exposures: dict[UUID, Exposure] | None = None,
) -> list[Somebody]:
    """Every row with its names; names in clear only where they are released to the reader, and then audited."""
    masked = labels((row.subject, row.subject_kind) for row in rows)
    subjects = [row.subject for row in rows]
    clear = names_of(outbreak, subjects, by=request.staff, at=request.now) if outbreak is not None else {}
    names = where_names({row.node_id for row in rows})
    return [
        Somebody(
            row=row,
            name=clear.get(row.subject, ("", ""))[0] or name_of(masked[row.subject].text, masked[row.subject].mark),
            phone=clear.get(row.subject, ("", ""))[1],
            number=number_of(row),
            place=names.get(row.node_id, ""),
            sign=sign_of(row),
            grade=GRADES[Grade(row.grade or row.proposed)] if not row.is_case else None,
            standing=STANDINGS[Standing(row.standing)],
            exposure=(exposures or {}).get(row.pk),
        )
        for row in rows
    ]


def somebody(request: StaffRequest, row: Involved, outbreak: Outbreak | None) -> Somebody:
    """One."""
    return somebodies(request, [row], outbreak=outbreak)[0]


def name_of(text: str, mark: str) -> str:
    """A masked name, or who he is to be told apart by."""
    return text or _("Somebody %(mark)s") % {"mark": mark}


def number_of(row: Involved) -> str:
    """C-003; empty for a contact."""
    return f"C-{row.number:03d}" if row.number is not None else ""


def sign_of(row: Involved) -> Sign:
    """Case state, or the grade decided or proposed."""
    return CASES[CaseState(row.case_state)] if row.is_case else GRADES[Grade(row.grade or row.proposed)]


def places_for(permission: Permission) -> list[tuple[int, str]]:
    """Units over which the reader holds a permission, the larger kinds first: choices of a form."""
    kinds = list(UnitKind)
    units = places.units_on(nodes_held(permission))
    return [(unit.node_id, unit.name) for unit in sorted(units, key=lambda unit: kinds.index(UnitKind(unit.kind)))]
