"""A queued trace is answered: in the tracer, with a warm index, within every scope.

The asker's own scope decides what he is told: contacts on nodes of others are counted for him by unit and stand in
their own tables, where whoever answers there decides about them.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from kakou.access.rules import Permission
from kakou.access.scope import acting_as_system, nodes_of
from kakou.kernel.errors import Refusal
from kakou.ledger.queries.trail import vehicles_among
from kakou.people import queries as people
from kakou.places import queries as places
from kakou.tracing.actions import results
from kakou.tracing.actions.results import Proposed, Told
from kakou.tracing.models import Involved, Trace
from kakou.tracing.policy import Grade, Policy, overlaps
from kakou.tracing.queries.editions import policy_of

if TYPE_CHECKING:
    from kakou.tracing.finding import Found
    from kakou.tracing.segments import Warm

Clock = Callable[[], dt.datetime]
PERSON, VEHICLE = 1, 2
LATENCY = (
    86_400  # seconds until who was exposed passes it on: one day, the shortest latent period that plans reckon with
)
MOST_IN_CHAIN = 300  # of those reached the earliest, told with their predecessors; all are counted
NOT_IN_LEDGER, OUR_FAULT = "not-in-ledger", "our-fault"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Of subjects: person or vehicle, and on which node they are registered (no key: nowhere)."""

    vehicles: frozenset[UUID]
    home: Mapping[UUID, int]

    @classmethod
    def of(cls, subjects: Iterable[UUID]) -> Whereabouts:
        """Three queries, within the present scope."""
        asked = set(subjects)
        persons, vehicles = people.registered(asked)
        unknown = asked - persons.keys() - vehicles.keys()
        return cls(frozenset(vehicles) | frozenset(vehicles_among(unknown)), {**persons, **vehicles})


def run_trace(id: UUID, warm: Warm, *, clock: Clock) -> None:
    """Answer one trace that is queued; one that is not, stays as it is. What goes wrong is told on it. `clock`: read
    when it begins and when it is done."""
    at = clock()
    with acting_as_system():
        trace = Trace.objects.select_related("outbreak", "source", "asked_by").filter(pk=id).first()
        if trace is None or trace.state not in (Trace.State.QUEUED, Trace.State.RUNNING):
            return
        try:
            _answer(trace, warm, at)
            results.ended(trace, at=clock())
        except Refusal as refusal:
            results.fail(trace, refusal.code, at=at)


def give_up(id: UUID, *, at: dt.datetime) -> None:
    """A trace that cannot be answered for a reason of ours: it is told so on its page, and asked again by a person."""
    with acting_as_system():
        trace = Trace.objects.filter(pk=id, state=Trace.State.QUEUED).first()
        if trace is not None:
            results.fail(trace, OUR_FAULT, at=at)


def _answer(trace: Trace, warm: Warm, at: dt.datetime) -> None:
    source = trace.source
    source.outbreak = trace.outbreak
    subject = people.canonical([source.subject]).get(source.subject, source.subject)  # he may be merged since
    code = warm.codes_of([subject]).get(subject)
    if code is None:
        results.fail(trace, NOT_IN_LEDGER, at=at)
    elif trace.kind == Trace.Kind.REACH:
        _reach(trace, warm, code, at)
    else:
        _contacts(trace, warm, code, at)


def _contacts(trace: Trace, warm: Warm, code: int, at: dt.datetime) -> None:
    from kakou.tracing.finding import Asked, basis_of, contacts_of, secondary_of

    policy = policy_of(trace.outbreak)
    asked = Asked(code, _seconds(trace.since_at), _seconds(trace.until_at), warm.kind_of_places)
    trace.basis = basis_of(warm.index, policy, asked, onward=not trace.source.is_case)
    if trace.asked_by is None and results.repeat(trace, as_at=warm.as_at, at=at):
        return
    ask = contacts_of if trace.source.is_case else secondary_of
    found = list(ask(warm.index, policy, asked))
    general = sum(one.proposal.grade is Grade.NONE for one in found)
    found = [one for one in found if one.proposal.grade is not Grade.NONE]
    proposed = _proposed(found, warm, trace.source)
    counts = Counter(one.grade.value for one in proposed)
    told = Told(warm.as_at, {**counts, Grade.NONE.value: general}, _elsewhere(trace, [p.node for p in proposed]))
    results.write_contacts(trace, proposed, told, at=at)


def _proposed(found: Sequence[Found], warm: Warm, source: Involved) -> list[Proposed]:
    """As rows: whose each is and where he belongs. Vehicles are no contacts of a person."""
    subjects = warm.subjects_of([one.proposal.person for one in found])
    where = Whereabouts.of(subjects.values())
    rows = []
    for one in found:
        subject = subjects[one.proposal.person]
        is_vehicle = subject in where.vehicles
        if subject == source.subject or (is_vehicle and source.subject_kind == PERSON):
            continue
        met_at = one.evidence[0].place if one.evidence else source.node_id
        rows.append(_row(one, subject, VEHICLE if is_vehicle else PERSON, where.home.get(subject, met_at)))
    return rows


def _row(one: Found, subject: UUID, kind: int, node: int) -> Proposed:
    proposal = one.proposal
    return Proposed(
        subject, kind, node, proposal.grade, proposal.rank, one.exposure_s, one.encounters, proposal.first,
        proposal.last, proposal.certain, proposal.reasons, one.evidence,
    )  # fmt: skip


def _reach(trace: Trace, warm: Warm, code: int, at: dt.datetime) -> None:
    """Whom chains reach through places where somebody becomes a close contact; all counted, the earliest told."""
    policy, kinds = policy_of(trace.outbreak), warm.kind_of_places
    reach = warm.index.reach(
        [code], _seconds(trace.since_at), hops=trace.hops, latency=LATENCY, min_overlap=_close_only(policy, kinds),
        until=_seconds(at),
    )  # fmt: skip
    subjects = warm.subjects_of(int(person) for person in reach.person)
    where = Whereabouts.of(subject for person, subject in subjects.items() if person != code)
    degrees = Counter(str(int(degree)) for degree in reach.degree if degree)
    nodes = [*where.home.values()]
    earliest = sorted(zip(reach.time.tolist(), reach.person.tolist(), strict=True))[: MOST_IN_CHAIN + 1]
    chain = [_link(reach, person, subjects) for _, person in earliest if person != code and person in subjects]
    results.finish(trace, Told(warm.as_at, dict(degrees), _elsewhere(trace, nodes), chain), at=at)


def _close_only(policy: Policy, kinds: Mapping[int, str]) -> dict[int, int]:
    close = {kind for kind in set(kinds.values()) if policy.rule(kind).proposes is Grade.CLOSE}
    return overlaps(policy, kinds, asked=close)


def _link(reach: Any, person: int, subjects: Mapping[int, UUID]) -> dict[str, object]:
    """The last meeting of the chain that reaches somebody: by whom, where, when."""
    steps = reach.evidence(person)
    last = steps[-1]
    return {
        "subject": str(subjects[person]), "by": str(subjects.get(last.source, "")), "place": int(last.place),
        "time": int(last.time), "degree": len(steps), "certain": bool(last.certain),
    }  # fmt: skip


def _elsewhere(trace: Trace, nodes: Iterable[int]) -> list[tuple[str, int]]:
    """Names of units that the asker does not answer for, with how many contacts are there; nobody asked: none."""
    if trace.asked_by is None:
        return []
    mine = nodes_of(trace.asked_by)[Permission.SEE_CASES]
    counts = Counter(node for node in nodes if node not in mine)
    names = places.full_names(counts.keys()) if counts else {}
    return [(names.get(node, str(node)), many) for node, many in counts.most_common()]


def _seconds(at: dt.datetime) -> int:
    return int(at.timestamp())
