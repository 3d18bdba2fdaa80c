"""Forms of a gate, what was typed in from them, and what a line said that a passage has no place for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import msgspec
from django.db.models import Q
from msgspec import Struct

from kakou import vault
from kakou.kernel.errors import NotFound
from kakou.ledger.gatesheet import FormRef, LineRef
from kakou.ledger.models import PaperEntry, PaperForm, PaperRow, SheetCopy
from kakou.vault.keys import KeyTrouble
from kakou.vault.sealing import SealBroken, unseal

TABLE, SEALED = "ledger_paperrow", "sealed"


class Beside(Struct, omit_defaults=True, kw_only=True, gc=False):
    """What a line of paper says besides its passage: where somebody lives or goes to, where he comes from in words, why
    he was turned back, and who wrote the line."""

    address: str = ""
    coming_from: str = ""
    reason: str = ""
    recorder: str = ""


_BESIDE = msgspec.json.Decoder(Beside)


def beside_of(passages: Collection[UUID]) -> dict[UUID, Beside]:
    """Passage → what its line says; of whom nothing can be read any more, nothing."""
    rows = PaperRow.objects.filter(passage__in=passages, sealed__isnull=False).order_by("is_undone", "pk")
    found: dict[UUID, Beside] = {}
    for id, passage, sealed in rows.values_list("pk", "passage", "sealed"):
        if passage not in found and sealed:
            try:
                plain = unseal(vault.store(), table=TABLE, row=id, field=SEALED, sealed=bytes(sealed))
            except (KeyTrouble, SealBroken):
                continue
            found[passage] = _BESIDE.decode(plain)
    return found


def form_at(id: UUID) -> PaperForm:
    """One form. Raises NotFound, also outside the reader's scope."""
    found = PaperForm.objects.filter(pk=id).first()
    if found is None:
        raise NotFound("This form is not known here.")
    return found


def entry_at(id: UUID) -> PaperEntry:
    """One entry. Raises NotFound, also outside the reader's scope."""
    found = PaperEntry.objects.select_related("typed_by", "undone_by").filter(pk=id).first()
    if found is None:
        raise NotFound("This entry is not known here.")
    return found


def ref_of(form: PaperForm) -> FormRef:
    """As it is printed."""
    return FormRef(form.node_id, form.day, form.number)


def forms_of(gate: int, day: dt.date) -> list[tuple[PaperForm, int]]:
    """The forms of a gate and day, each with how many of its lines were typed in."""
    forms = list(PaperForm.objects.filter(node_id=gate, day=day).select_related("made_by").order_by("number"))
    typed: dict[UUID, int] = {}
    for form in PaperRow.objects.filter(form__in=forms, is_undone=False).values_list("form_id", flat=True):
        typed[form] = typed.get(form, 0) + 1
    return [(form, typed.get(form.pk, 0)) for form in forms]


def copies_of(gate: int, day: dt.date) -> list[SheetCopy]:
    """Every printing of that day's sheet, the latest first."""
    return list(SheetCopy.objects.filter(node_id=gate, day=day).select_related("printed_by").order_by("-number"))


def entries_of(gate: int, *, most: int = 20) -> list[PaperEntry]:
    """What was typed in at a gate, the latest first."""
    return list(PaperEntry.objects.filter(node_id=gate).select_related("typed_by").order_by("-typed_at", "-pk")[:most])


@dataclass(frozen=True, slots=True)
class FromPaper:
    """Where a passage was written: line of a form, who typed it in, who wrote it as far as the paper says."""

    ref: LineRef
    typed_by: str
    written_by: str


def from_paper(passages: Collection[UUID]) -> dict[UUID, FromPaper]:
    """Passage → its line, for those that came from paper."""
    beside = beside_of(passages)
    found: dict[UUID, FromPaper] = {}
    rows = PaperRow.objects.filter(Q(passage__in=passages, is_new=True) | Q(vehicle__in=passages))
    for row in rows.select_related("form", "entry__typed_by").order_by("pk"):
        typist, written = row.entry.typed_by, beside.get(row.passage, Beside()).recorder
        told = FromPaper(LineRef(ref_of(row.form), row.line), typist.display or typist.username, written)
        found |= {id: told for id in (row.passage, row.vehicle) if id is not None}
    return found
