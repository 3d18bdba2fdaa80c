"""Every kind of order, and how a cause of it comes into being."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from tests.loops import of_desks, of_passages, of_phones, of_services
from tests.loops.ground import Cause, Ground

Source = Callable[[Ground, int], list[Cause]]
"""The n-th cause of a kind, and the others that come with it; [] when there can be no more."""

SOURCES: Mapping[str, Source] = MappingProxyType({
    "missing_exit": of_passages.missing_exit,
    "orphan_exit": of_passages.orphan_exit,
    "past_allowance": of_passages.past_allowance,
    "two_gates_at_once": of_passages.two_gates,
    "verdict_milder": of_passages.verdict_milder,
    "verdict_unexplained": of_passages.verdict_unexplained,
    "risk_origin": of_passages.risk_origin,
    "emergency_passed": of_passages.emergency_passed,
    "unknown_rules": of_passages.unknown_rules,
    "other_rules": of_passages.other_rules,
    "fever": of_passages.fever,
    "fever_walked": of_passages.fever_walked,
    "seen_again": of_passages.seen_again,
    "above_usual": of_passages.above_usual,
    "equal_temperatures": of_passages.equal_temperatures,
    "bare_temperatures": of_passages.bare_temperatures,
    "quota_exceeded": of_passages.quota_exceeded,
    "occupants_missing": of_passages.occupants_missing,
    "chain_gap": of_phones.chain_gap,
    "chain_fork": of_phones.chain_fork,
    "clock_trouble": of_phones.clock_trouble,
    "quarantine": of_phones.quarantine,
    "queue_lost": of_phones.queue_lost,
    "queue_stuck": of_phones.queue_stuck,
    "no_shift": of_phones.no_shift,
    "gate_silent": of_phones.gate_silent,
    "gate_help": of_phones.gate_help,
    "gate_supplies": of_phones.gate_supplies,
    "gate_relief": of_phones.gate_relief,
    "gate_call": of_phones.gate_call,
    "contacts_undecided": of_desks.contacts_undecided,
    "contact_lost": of_desks.contact_lost,
    "follow_up_overdue": of_desks.follow_up_overdue,
    "follow_up_alarm": of_desks.follow_up_alarm,
    "exposed_again": of_desks.exposed_again,
    "broken_glass": of_desks.broken_glass,
    "service_request": of_desks.service_request,
    "notices_stuck": of_desks.notices_stuck,
    "trust_list_old": of_desks.trust_list_old,
    "unit_without_owner": of_desks.unit_without_owner,
    "message_waits": of_services.message_waits,
    "directive": of_services.directive,
    "delivery_open": of_services.delivery_open,
    "licence_expiring": of_services.licence_expiring,
})  # fmt: skip
# of which chance says what they are about: looked up when all is over, kind → causes
DRAWN: Mapping[str, Callable[[], set[str]]] = MappingProxyType({"spot_audit": of_phones.whoever_was_drawn})
NOT_HERE: Mapping[str, str] = MappingProxyType({
    "backup_late": "about the machine: a thread of the worker opens it days after the last backup",
    "backup_unproved": "about the machine: a thread of the worker opens it days after the last drill",
    "intake_deaf": "a worker says so after it has listened for a quarter of an hour, and here none lives so long",
    "not_folded": "no door lets a passage in that cannot be folded: it opens on a fault of ours only",
    "open_past_retention": "opens as days of ninety days ago are destroyed, and a drill day has no such days",
    "upkeep": "about the machine: the worker's watch opens it while something of Kakou itself does not run",
    "withdrawn_list_behind": "opened and closed by the look that keeps trust_list_old, by another query",
})  # fmt: skip
# about the machine, which lacks parts of Kakou on purpose here: whatever opens of it is right
OF_THE_MACHINE = frozenset({"upkeep"})
# what looks so for a while as long as things come in any order: none of it may be open when all has come
PASSING: Mapping[str, str] = MappingProxyType({
    "missing_exit": "the entry after came before the exit between",
    "orphan_exit": "the exit came before the entry",
    "two_gates_at_once": "the passage between came last",
    "chain_gap": "parcels of a phone came in another order, or one item of a longer gap",
    "seen_again": "the correction came last",
    "occupants_missing": "the people came after their vehicle",
    "contacts_undecided": "he is proposed until somebody decides",
    "queue_lost": "the phone said what it had sent before that was folded",
    "unit_without_owner": "somebody came to answer for it",
    "fever_walked": "the second temperature came last",
})  # fmt: skip
