"""An import, once every cell was checked: places and residents where wanted, then all passages or none.

The passages go in by the lane's checks, in one transaction with the record of the import. What goes before (places,
residents, days) harms nobody when the import breaks off there, and the same import again goes on from it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import connection, transaction

from kakou import vault
from kakou.access.actions import refuse_beside_drill, require
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.access.scope import acting_as, acting_as_system, acting_for, nodes_of
from kakou.audit import actions as audit
from kakou.kernel.errors import NotFound
from kakou.kernel.ids import new_id
from kakou.kernel.time import from_ms, to_ms
from kakou.ledger.actions.days import make_days
from kakou.ledger.actions.import_places import ground_of, make_places
from kakou.ledger.actions.import_rows import Stored, make_rows, store_rows
from kakou.ledger.models import ImportBatch
from kakou.ledger.queries.ground import read_land
from kakou.ledger.queries.whereabouts import stood
from kakou.ledger.sheets import Mapping, Reading, Subject, wording
from kakou.ledger.sheets.passages import Ground, Passage, first_untold, to_passages
from kakou.people import actions as people
from kakou.people import queries as register
from kakou.people.actions import NewPerson, NewVehicle
from kakou.people.rules import Category, Facts
from kakou.vault.sealing import blind

Progress = Callable[[int], None]
MOST_DAYS = dt.timedelta(days=1000)


@dataclass(frozen=True)
class Order:
    """What shall be imported: the readings' mapping and its text, the file's name and SHA-256, and how."""

    mapping: Mapping
    mapping_text: str
    file_name: str
    file_hash: bytes
    make_places: bool = False
    under: str | None = None
    dry_run: bool = False


@dataclass(frozen=True)
class Imported:
    """What was done. `differing`: present ones that the ledger has with another direction."""

    batch: str | None
    rows: int
    subjects: int
    stored: int
    present: int
    differing: int
    dry_run: bool

    def facts(self) -> dict[str, object]:
        """For a message or JSON."""
        return asdict(self)


def account(name: str | None) -> Staff | None:
    """The account of that login name; None for the installation itself. Raises NotFound."""
    if name is None:
        return None
    found = Staff.objects.filter(username=name, is_active=True).first()
    if found is None:
        raise NotFound(wording.NO_ACCOUNT, name=name)
    return found


def import_readings(
    readings: Sequence[Reading], order: Order, *, by: Staff | None, at: dt.datetime, progress: Progress | None = None
) -> Imported:
    """Store what a file says. Raises PlacesMissing, NotAllowed, ImportRefused, BesideDrill; then nothing was stored.

    `by` needs IMPORT_LEDGER over every gate in the file; None is the installation. With `order.dry_run` everything is
    tried and nothing kept, on a system of the drill too.
    """
    if not order.dry_run:
        refuse_beside_drill()
    with _acting(by):
        passages = _prepare(readings, order, by, at)
        if order.dry_run:
            transaction.set_rollback(True)
    rows = make_rows(passages, server_ms=to_ms(at))  # outside: while a transaction writes, nobody's stays are folded
    if order.dry_run:
        return _told(passages, Stored(len(rows), 0, frozenset()), None, order)
    _make_days(passages)
    with _storing(by, {passage.gate for passage in passages}):
        stored = store_rows(rows, progress=progress)
        return _told(passages, stored, _record(passages, stored, order, by, at), order)


def _acting(by: Staff | None) -> AbstractContextManager[None]:
    return acting_as(by) if by is not None else acting_as_system()


def _storing(by: Staff | None, gates: Collection[int]) -> AbstractContextManager[object]:
    """The scope of `by`, in which the rows of these gates may be compared: an administrator imports and sees none."""
    if by is None:
        return acting_as_system()
    nodes = nodes_of(by)
    return acting_for(nodes | {Permission.SEE_LEDGER: nodes[Permission.SEE_LEDGER] | frozenset(gates)})


def _make_days(passages: Sequence[Passage]) -> None:
    """Partitions for the days of the file; a file that goes back for years leaves them to the partition
    of all others."""
    if passages:
        first, last = (from_ms(passages[end].ms).date() for end in (0, -1))
        if last - first <= MOST_DAYS:
            make_days(first, last)


def _prepare(readings: Sequence[Reading], order: Order, by: Staff | None, at: dt.datetime) -> list[Passage]:
    if order.make_places:
        make_places(order.mapping, under=order.under, by=by, at=at)
    ground = ground_of(order.mapping, read_land().topology, at)
    if by is not None:
        for gate in {ground.gates[reading.gate] for reading in readings}:
            require(by, Permission.IMPORT_LEDGER, gate)
    keys = {subject: _key(subject) for subject in {reading.subject for reading in readings}}
    with acting_as_system():  # where somebody stood is not shown to anybody: it tells which way he went
        stands = stood(first_untold(readings, keys), ground.topology)
    passages = to_passages(readings, ground, keys, stands)
    if order.make_places:
        _register_residents(passages, ground, by, at)
    return passages


def _key(subject: Subject) -> bytes:
    return blind(vault.store(), subject.purpose, subject.key)


def _register_residents(passages: Iterable[Passage], ground: Ground, by: Staff | None, at: dt.datetime) -> None:
    """Enter who lives in a unit of the mapping file into the register, so that his loop is out and in again."""
    homes = {passage.key: (passage.subject, passage.homes[0]) for passage in passages if passage.homes}
    known = register.canonical([UUID(bytes=key) for key in homes])
    new = [(subject, ground.units[home]) for key, (subject, home) in homes.items() if UUID(bytes=key) not in known]
    vehicles = [_vehicle(subject, node) for subject, node in new if subject.kind == "vehicle"]
    persons = [_person(subject, node) for subject, node in new if subject.kind == "person"]
    if vehicles:
        people.add_vehicles(vehicles, by=by, at=at)
    if persons:
        people.add_people(persons, by=by, at=at)


def _vehicle(subject: Subject, node: int) -> NewVehicle:
    return NewVehicle(node=node, plate=subject.plate, other=subject.plate_kind == "other", lives_here=True)


def _person(subject: Subject, node: int) -> NewPerson:
    document = (subject.document_kind, subject.document) if subject.document else None
    facts = Facts(name=subject.name, document=document, phone=subject.phone or None)
    return NewPerson(node=node, facts=facts, category=Category.RESIDENT_REGISTERED)


def _record(passages: Sequence[Passage], stored: Stored, order: Order, by: Staff | None, at: dt.datetime) -> UUID:
    gates = {passage.gate for passage in passages}
    batch = ImportBatch.objects.create(
        id=new_id(),
        node_id=_common_node(gates),
        file_name=order.file_name[:128],
        file_hash=order.file_hash,
        source=order.mapping.source,
        mapping_hash=hashlib.sha256(order.mapping_text.encode()).digest(),
        rows=len(passages),
        stored=stored.new,
        present=stored.present,
        differing=len(stored.differing),
        imported_by=by.pk if by else None,
        imported_at=at,
    )
    audit.record(
        "ledger.imported", subject=batch.pk, by=by.pk if by else None, at=at, node=batch.node_id, rows=len(passages),
        stored=stored.new, present=stored.present, differing=len(stored.differing), file=order.file_hash,
    )  # fmt: skip
    return batch.pk


def _common_node(gates: Iterable[int]) -> int:
    """The innermost node around all of `gates`; of several trees, one of the gates."""
    wanted = sorted(gates)
    with connection.cursor() as cursor:
        cursor.execute(
            "select ancestor_id from access_closure where descendant_id = any(%s)"
            " group by ancestor_id having count(*) = %s order by min(depth), ancestor_id limit 1",
            [wanted, len(wanted)],
        )
        found = cursor.fetchone()
    return int(found[0]) if found else wanted[0]


def _told(passages: Sequence[Passage], stored: Stored, batch: UUID | None, order: Order) -> Imported:
    return Imported(
        batch=str(batch) if batch else None,
        rows=len(passages),
        subjects=len({passage.key for passage in passages}),
        stored=stored.new,
        present=stored.present,
        differing=len(stored.differing),
        dry_run=order.dry_run,
    )
