"""Causes that lie with a phone: its chain, its clock, what it says of itself, and who calls by it."""

from __future__ import annotations

import datetime as dt

from django.db import connections

from kakou import vault
from kakou.access.actions import PhoneSaid, ShiftSaid, hear_phone, hear_shifts
from kakou.access.badges.actions import issue_badge
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.access.scope import acting_as, acting_as_system
from kakou.access.scope.acting import acting_for_phone
from kakou.kernel.ids import id_at, new_id
from kakou.kernel.time import day_in, now, to_ms
from kakou.ledger.actions.calls import NewCall, make_call
from kakou.ledger.actions.quarantine import discard, undo_discard
from kakou.ledger.actions.silent import open_silent
from kakou.ledger.calls import KINDS, Call
from kakou.ledger.folding import FOLDING
from kakou.ledger.models import Quarantined
from kakou.ledger.tests.deskwork import Phone
from kakou.screening.models import SpotAudit
from kakou.vault.sealing import seal
from kakou.web.queries import site_zone
from kakou.web.turns import turn
from tests.loops.ground import DESK, HOUR, MINUTE, Act, Cause, Ground, NotYet, by_desk, fine

SLOW = 2 * HOUR


def own_phone(ground: Ground) -> tuple[Phone, dt.datetime]:
    """A phone of its own at some gate, and a time."""
    place, at = ground.slot()
    return ground.phone(place.gate), at


def says(phone: Phone, at: dt.datetime | None = None, **said) -> Act:
    """The phone says how it is: `at` that moment, else when it does."""

    def hear() -> None:
        told = PhoneSaid(**{"queue": 0, "last_seq": 0, "build": "1", "offset_ms": 0} | said)
        with acting_for_phone(phone.node, Permission.RECORD_PASSAGES):
            hear_phone(told, device=phone.device, gate=phone.node, at=at or now())

    return Act(hear, by=DESK)


def chain_gap(ground: Ground, n: int) -> list[Cause]:
    """An item of a phone does not come, or comes late."""
    phone = ground.once(f"gaps {n // 12}", lambda: own_phone(ground)[0])
    _, at = ground.slot()
    parcels = [ground.sent(phone, fine(ground.visitor(), at + each * MINUTE)) for each in range(3)]
    cause = f"{phone.device}:{phone.seq - 1}"
    return [Cause("chain_gap", lambda: cause, [parcels[0], parcels[2]], [parcels[1]])]


def chain_fork(ground: Ground, n: int) -> list[Cause]:
    """A phone makes two items of one number: a copy of it goes about."""
    phone, at = own_phone(ground)
    first = ground.sent(phone, fine(ground.visitor(), at))
    before = phone.seq, phone.prev
    one = ground.sent(phone, fine(ground.visitor(), at + MINUTE))
    phone.seq, phone.prev = before
    other = ground.sent(phone, fine(ground.visitor(), at + 2 * MINUTE))
    cause = f"{phone.device}:{phone.seq}"
    return [Cause("chain_fork", lambda: cause, [first, one, other])]


def clock_trouble(ground: Ground, n: int) -> list[Cause]:
    """A phone's clock is wrong, until it is put right."""
    phone, at = own_phone(ground)
    slow = fine(ground.visitor(), at)
    slow |= {"offset": to_ms(at) - to_ms(at - SLOW), "at": to_ms(at - SLOW), "checks": {}, "verdict": "emergency"}
    slow["id"] = str(id_at(slow["at"], str(phone.device).encode()))
    bring = [ground.sent(phone, slow, at=at)]
    heal = [ground.later(phone, fine(ground.visitor(), at + HOUR))]
    return [
        Cause("clock_trouble", lambda: str(phone.device), bring, heal),
        Cause("emergency_passed", lambda: str(slow["id"]), []),
    ]


def quarantine(ground: Ground, n: int) -> list[Cause]:
    """An item of a phone is kept apart; somebody throws it away, every other time after a second thought."""
    phone, at = own_phone(ground)
    id = new_id()

    def keep() -> None:
        with acting_as_system():
            sealed = seal(
                vault.store(), due=ground.at.date(), table="ledger_quarantined", row=id, field="payload", plain=b"{}"
            )
            item = Quarantined(
                id=id, node_id=phone.node, device_id=phone.device, digest=id.bytes, contract=1, reason="unknown-field",
                place="$.note", payload=sealed, recorded_at=at,
            )  # fmt: skip
            Quarantined._base_manager.using("owner").bulk_create([item], ignore_conflicts=True)

    def decide(what) -> None:
        item = Quarantined.objects.filter(pk=id).first()
        if item is None:
            raise NotYet
        what(item)

    def throw(item: Quarantined) -> None:
        discard(item, reason="重复登记", by=ground.lead, at=now())

    def doubt(item: Quarantined) -> None:
        undo_discard(item, by=ground.lead, at=now())

    acts = [throw, doubt, throw] if n % 2 else [throw]
    heal = [by_desk(ground.lead, lambda what=what: decide(what), twice=False) for what in acts]
    return [
        Cause(
            "quarantine", lambda: str(phone.device), [Act(keep)], heal, by_hand=False, ordered=True,
            times=acts.count(throw),
        )
    ]  # fmt: skip


def queue_lost(ground: Ground, n: int) -> list[Cause]:
    """A phone names more passages than ever came from it; they come after all."""
    phone, at = own_phone(ground)
    bring = [says(phone, ground.at - 20 * MINUTE, last_seq=2)]
    heal = [ground.later(phone, fine(ground.visitor(), at), fine(ground.visitor(), at + MINUTE))]
    return [Cause("queue_lost", lambda: str(phone.device), bring, heal, by_hand=False)]


def queue_stuck(ground: Ground, n: int) -> list[Cause]:
    """A phone is heard and does not send what it holds, until it does."""
    phone, at = own_phone(ground)
    since = ground.at - 50 * MINUTE
    bring = [says(phone, since + each * 10 * MINUTE, queue=1, last_seq=1, oldest_at=since) for each in range(5)]
    bring.append(says(phone, None, queue=1, last_seq=1, oldest_at=since))
    heal = [ground.later(phone, fine(ground.visitor(), at)), says(phone, None, queue=0, last_seq=1)]
    return [Cause("queue_stuck", lambda: str(phone.device), bring, heal, ordered=True)]


def no_shift(ground: Ground, n: int) -> list[Cause]:
    """Somebody records without a shift, of which the phone tells later."""
    phone, at = own_phone(ground)
    day = day_in(site_zone(), at)
    who = ground.recorder_of_its_own(phone.node, day)
    ground.once(f"badge {who.pk}", lambda: _badge(who, ground))
    with acting_for_phone(phone.node, Permission.RECORD_PASSAGES):
        said = PhoneSaid(queue=0, last_seq=0, build="1", offset_ms=0, tells_shifts=True)
        hear_phone(said, device=phone.device, gate=phone.node, at=at - HOUR)
    item = fine(ground.visitor(), at, recorder=who.pk)
    cause = f"{phone.node}:{who.pk}:{day.isoformat()}"
    told = ShiftSaid(who.pk, to_ms(at - HOUR), at - HOUR, to_ms(at + HOUR), at + HOUR)

    def hear() -> None:
        with acting_for_phone(phone.node, Permission.RECORD_PASSAGES):
            hear_shifts([told], device=phone.device, gate=phone.node)

    return [Cause("no_shift", lambda: cause, [ground.sent(phone, item)], [Act(hear, by=DESK)])]


def _badge(who: Staff, ground: Ground) -> bool:
    with acting_as(who):
        issue_badge(pin="271828", by=who, at=ground.at - HOUR)
    return True


def gate_silent(ground: Ground, n: int) -> list[Cause]:
    """A gate was heard and is no more, until it is. A worker accuses nobody before it has listened for a quarter of an
    hour; so a hand looks in the name of one that has."""
    place = ground.apart()

    def hear(at: dt.datetime) -> None:
        with connections["owner"].cursor() as cursor:
            cursor.execute("update access_device set last_seen_at = %s where id = %s", [at, place.phone.device])

    def look() -> None:
        with turn(FOLDING) as mine:
            if not mine:
                raise NotYet
            open_silent(at=now(), listening=ground.at - HOUR)

    bring = [Act(lambda: hear(ground.at - 2 * HOUR), twice=False), Act(look)]
    return [Cause("gate_silent", lambda: str(place.gate.pk), bring, [Act(lambda: hear(now()))], ordered=True)]


def calls(call: Call):
    """A kind of call from a gate."""

    def made(ground: Ground, n: int) -> list[Cause]:
        phone, at = own_phone(ground)
        return [called(ground, phone, call, at)]

    made.__doc__ = f"{call.value}: a gate calls"
    return made


def called(ground: Ground, phone: Phone, call: Call, at: dt.datetime) -> Cause:
    """This gate called at that moment."""
    new = NewCall(new_id(), call, at)

    def make() -> None:
        with acting_for_phone(phone.node, Permission.SEE_ORDERS, Permission.CLOSE_ORDERS):
            make_call(new, gate=phone.node, device=phone.device, at=max(now(), at))

    return Cause(KINDS[call].name, lambda: str(new.id), [Act(make, by=DESK)])


gate_help, gate_supplies = calls(Call.HELP), calls(Call.SUPPLIES)
gate_relief, gate_call = calls(Call.RELIEF), calls(Call.OTHER)


def whoever_was_drawn() -> set[str]:
    """What spot audits are about: chance draws them, so nobody knows before."""
    with acting_as_system():
        return {str(id) for id in SpotAudit.objects.values_list("pk", flat=True)}
