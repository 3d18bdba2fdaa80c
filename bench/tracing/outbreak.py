"""Figure 6: outbreaks among the people of drills, traced in a real ledger from their first case, beside the truth.

Each drill has a Kakou of its own: its people are registered, what its phones send is poured in and folded, and the
index of tracing is asked. What really happened is known to the drill alone (`kakou.drill.outbreak`).
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from bench.figures import ROOT, Figure, are_met, exactly, tell
from bench.laboratory import at_work, laboratory

if TYPE_CHECKING:
    from kakou.drill.outbreak import Infection, Recorded, Whereabouts
    from kakou.tracing.policy import Policy
    from kakou.tracing.segments import Warm

PEOPLE, DAYS = 3_000, 14
OUTBREAKS = 4  # of each drill
LEAST = 25  # infected: what dies out at once tells nothing
AT = dt.datetime(2021, 8, 22, 14, tzinfo=dt.UTC)
HOPS = 12
GATE_GAP = 600  # seconds between two at a gate who may have met (every edition says so)
DAY_MS = 86_400_000
TO_ONSET, TO_POSITIVE = DAY_MS, 2 * DAY_MS  # from being infectious to symptoms, from these to the first positive test
STILL_MS = 1 << 42  # as late as needed: whatever has not ended lasts
_STAYS = """select subject, node_id, kind = 2, (extract(epoch from since_at) * 1000)::int8,
  (extract(epoch from until_at) * 1000)::int8 from ledger_stay"""
_PASSAGES = "select subject, id, node_id, (extract(epoch from happened_at) * 1000)::int8 from ledger_passage"

Told = dict[str, Any]


class Drill(NamedTuple):
    """One to be played: `mistakes`, how many times as many as usual its recorders make."""

    seed: int
    mistakes: float


DRILLS = (Drill(2021, 1), Drill(7, 1), Drill(42, 10))


def figures(drills: Sequence[Drill] = DRILLS, people: int = PEOPLE) -> list[Figure]:
    """Of all outbreaks of all drills together (about a minute for each drill)."""
    total: Counter[str] = Counter()
    for drill in drills:
        told = traced(drill, people)
        print(f"   {drill}: {json.dumps(told, sort_keys=True)}", file=sys.stderr, flush=True)
        total.update(told)
    return [*_found(total), *_unknown(total), *_proposed(total)]


def traced(drill: Drill, people: int) -> Told:
    """One drill in a laboratory of its own: what was counted there."""
    with laboratory("pages") as env:
        for stage, role in (("settle", "pages"), ("trace", "worker")):
            argv = [
                sys.executable,
                "-m",
                "bench.tracing.outbreak",
                stage,
                str(drill.seed),
                str(drill.mistakes),
                str(people),
            ]
            done = subprocess.run(
                argv, cwd=ROOT, env={**env, "KAKOU_ROLE": role}, stdout=subprocess.PIPE, text=True, check=True
            )
    told: Told = json.loads(done.stdout.strip().splitlines()[-1])
    return told


def _found(total: Mapping[str, int]) -> Iterator[Figure]:
    yield _count("outbreaks", total["outbreaks"])
    yield _count("infected after the first cases", total["infected"])
    yield _share("meetings at which they were infected that the ledger knows of", total["known"], total["infected"])
    yield _all(
        "found from the first case, of those whose chain of meetings is in the ledger", total["found"], total["chained"]
    )
    yield _all("the same, with a path that holds stay by stay", total["held"], total["chained"])
    yield _share("paths that lead through a vehicle", total["through a vehicle"], total["paths"])
    yield _share(
        "found all the same, of those whose own meeting is in the ledger and one before is not", total["beyond"],
        total["known"] - total["chained"],
    )  # fmt: skip
    yield _all("found from who infected them, of all whose meeting is in the ledger", total["linked"], total["known"])
    if total["in_passing"]:
        yield _all("found within ten minutes at the gate, of those who met there", total["passed"], total["in_passing"])


def _unknown(total: Mapping[str, int]) -> Iterator[Figure]:
    from kakou.drill.outbreak import Cause

    for cause in Cause:
        if cause is not Cause.UNEXPLAINED:
            yield _share(f"the ledger does not know of the meeting: {cause.value}", total[cause], total["infected"])
    yield exactly("6", "the ledger does not know of the meeting: unexplained", total[Cause.UNEXPLAINED], 0)


def _proposed(total: Mapping[str, int]) -> Iterator[Figure]:
    from kakou.tracing.policy import EDITIONS, Grade

    for name in EDITIONS:
        yield _share(
            f"{name}: infected by a case in the days looked at, proposed",
            total[f"{name} right"],
            total[f"{name} infected"],
        )
        for grade in (Grade.CLOSE, Grade.SECONDARY, Grade.COMPANION):
            proposed, right = total[f"{name} {grade.value}"], total[f"{name} {grade.value} right"]
            if proposed:
                yield _share(f"{name}: proposed as {grade.value}, infected by the case", right, proposed)
            else:
                yield _count(f"{name}: proposed as {grade.value}", 0)


def _count(name: str, value: int) -> Figure:
    return Figure("6", name, value, "")


def _share(name: str, part: int, whole: int) -> Figure:
    return Figure("6", f"{name} ({part} of {whole})", 100 * part / whole if whole else 0, "%")


def _all(name: str, part: int, whole: int) -> Figure:
    return exactly("6", f"{name} ({part} of {whole}), %", 100 * part / whole if whole else 0, 100)


def settle(seed: int, people: int) -> None:
    """In the laboratory, as pages."""
    from bench.tracing import filling

    filling.settle(seed=seed, people=people, days=DAYS, at=AT)


def trace(drill: Drill) -> Told:
    """In the laboratory, as the worker: fill, spread, trace, compare."""
    from bench.tracing import filling
    from kakou.drill.models import Run
    from kakou.drill.outbreak import Whereabouts
    from kakou.tracing.segments import warm_index

    run = Run.objects.get()
    story = filling.story_of(run, careless(drill.mistakes))
    for _ in filling.pour(run, story):
        pass
    filling.fold(run, at=AT)
    warm, truth = warm_index(AT), Whereabouts(story)
    ledger = Ledger(truth, warm)
    told: Counter[str] = Counter()
    for number in range(OUTBREAKS):
        told.update(Outbreak(truth, ledger, drill.seed + number, number).counted())
    return told


def careless(times: float) -> Any:
    """Recorders who see nobody, take one for another and type in °F so many times as often as usual."""
    from kakou.drill.days import Mischief

    usual = Mischief()
    return replace(
        usual, unseen=usual.unseen * times, mistaken=usual.mistaken * times, misread=usual.misread * times
    )  # fmt: skip


class Ledger:
    """What the ledger says, by the names that the truth has for people; vehicles are named by their ids."""

    def __init__(self, truth: Whereabouts, warm: Warm) -> None:
        from kakou.drill.queries import settled

        settlement = settled()
        self.warm, self.nodes, self.gates = warm, settlement.unit_nodes, settlement.entrance_nodes
        self.kinds = warm.kind_of_places
        whose = {_subject_of(truth, who): who for who in truth.crossings}
        self.stored, self.recorded = _read(whose)
        others = {UUID(name) for name in self.recorded.keys() - set(whose.values())}
        codes = warm.codes_of({*whose, *others})
        self.names = {whose.get(subject, str(subject)): code for subject, code in codes.items()}
        self.vehicles = {codes[subject] for subject in others if subject in codes}


def _subject_of(truth: Whereabouts, who: str) -> UUID:
    """Under which key the intake writes him down."""
    import msgspec

    from kakou import vault
    from kakou.drill.days.shown import shown
    from kakou.ledger.lane.rows import RowMaker
    from kakou.ledger.lane.wire import Subject

    world = truth.story.world
    if who[0] == "p":
        return world.person(int(who[1:])).id
    told = shown(world, who, truth.crossings[who][0].profile)
    return UUID(int=RowMaker(vault.store()).subject_key(msgspec.convert(told, Subject)).int)


def _read(whose: Mapping[UUID, str]) -> tuple[set[UUID], dict[str, list[Recorded]]]:
    from django.db import connection

    from kakou.access.scope import acting_as_system
    from kakou.drill.outbreak import Row, presences

    rows: defaultdict[str, list[Row]] = defaultdict(list)
    passed: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    stored: set[UUID] = set()
    with acting_as_system(), connection.cursor() as cursor:
        cursor.execute(_STAYS)
        for subject, *row in cursor.fetchall():
            rows[whose.get(subject, str(subject))].append(Row(*row))
        cursor.execute(_PASSAGES)
        for subject, id, node, at in cursor.fetchall():
            stored.add(id)
            passed[whose.get(subject, str(subject))].append((node, at))
    return stored, {who: presences(rows[who], passed[who], still_ms=STILL_MS) for who in passed}


class Outbreak:
    """One, from a first case on; traced and compared."""

    def __init__(self, truth: Whereabouts, ledger: Ledger, seed: int, number: int) -> None:
        from kakou.drill.outbreak import Disease, judge

        self.truth, self.ledger, self.disease = truth, ledger, Disease()
        self.first, self.begin_ms, self.infections = _that_spreads(truth, self.disease, seed, number)
        self.judged = judge(truth, self.infections, ledger.stored, ledger.recorded, ledger.nodes)
        self.since_ms = {self.first: self.begin_ms} | {
            each.infected: each.at_ms + self.disease.latent_ms for each in self.infections
        }

    def counted(self) -> Counter[str]:
        """Everything that is told of it."""
        from kakou.drill.outbreak import compare

        latency = self.disease.latent_ms // 1000
        reach = self.ledger.warm.index.reach(
            [self.ledger.names[self.first]], self.begin_ms // 1000, hops=HOPS, latency=latency, min_overlap=0
        )
        names, recorded = self.ledger.names, self.ledger.recorded
        told = compare(self.infections, self.judged, reach, names, recorded, first=self.first, latency_s=latency)
        counts = Counter({
            "outbreaks": 1, "infected": told.infected, "known": told.known, "chained": told.chained,
            "found": told.found, "held": told.held, "beyond": told.beyond,
            **{cause.value: many for cause, many in told.unknown.items()},
        })  # fmt: skip
        for who in told.missing:
            print(f"missing: {who}, {self._infection_of(who)}", file=sys.stderr)
        return counts + self._linked() + self._driven(reach) + self._proposed()

    def _infection_of(self, who: str) -> Infection:
        return next(each for each in self.infections if each.infected == who)

    def _driven(self, reach: Any) -> Counter[str]:
        """Paths that lead through a vehicle: it too is somebody who was somewhere."""
        found = [self.ledger.names.get(who) for who, cause in self.judged.items() if cause is None]
        paths = [reach.evidence(code) for code in found if code in reach.person]
        through = sum(any(step.target in self.ledger.vehicles for step in path) for path in paths)
        return Counter({"paths": len(paths), "through a vehicle": through})

    def _linked(self) -> Counter[str]:
        """Who is found by asking whom the infector met in that place at that time."""
        from kakou.drill.outbreak import Cause

        counts: Counter[str] = Counter()
        for each in self.infections:
            if self.judged[each.infected] is None:
                counts["linked"] += self._met(each, self.ledger.nodes[each.spot.unit], 0)
            elif self.judged[each.infected] is Cause.IN_PASSING:
                counts["passed"] += self._met(each, self.ledger.gates[each.spot.number], GATE_GAP)
        return counts

    def _met(self, each: Infection, node: int, gap: int) -> bool:
        from kakou.tracing.policy import NEVER

        names, index = self.ledger.names, self.ledger.warm.index
        if each.infector not in names or each.infected not in names:
            return False
        # a gate's reading is a moment, perhaps before or after both stood there
        span = each.since_ms // 1000 - gap, each.until_ms // 1000 + gap
        here = {**dict.fromkeys(index.places.ids.tolist(), NEVER), node: 0}
        return names[each.infected] in index.contacts(names[each.infector], *span, min_overlap=here, gap=gap).person

    def _proposed(self) -> Counter[str]:
        """Of every case the proposals of each edition, and who of them it had infected."""
        from kakou.tracing.policy import EDITIONS, edition

        return sum((self._by(edition(name)) for name in EDITIONS), Counter())

    def _by(self, policy: Policy) -> Counter[str]:
        from kakou.tracing.finding import Asked, contacts_of
        from kakou.tracing.policy import Grade

        counts: Counter[str] = Counter()
        names = self.ledger.names
        for case, since_ms in self.since_ms.items():
            onset, end = since_ms + TO_ONSET, since_ms + TO_ONSET + TO_POSITIVE
            if end >= self.truth.until_ms or case not in names:
                continue
            begin = onset - policy.lookback_days * DAY_MS
            infected = {
                names.get(each.infected) for each in self.infections if each.infector == case and each.at_ms < end
            }
            counts[f"{policy.name} infected"] += len(infected)
            asked = Asked(names[case], begin // 1000, end // 1000, self.ledger.kinds)
            for found in contacts_of(self.ledger.warm.index, policy, asked):
                if found.proposal.grade is not Grade.NONE and found.proposal.person not in self.ledger.vehicles:
                    right = found.proposal.person in infected
                    counts[f"{policy.name} {found.proposal.grade.value}"] += 1
                    counts[f"{policy.name} {found.proposal.grade.value} right"] += right
                    counts[f"{policy.name} right"] += right
        return counts


def _that_spreads(truth: Whereabouts, disease: Any, seed: int, number: int) -> tuple[str, int, list[Infection]]:
    """The first resident who goes out, from `number` hundreds on, whose infection reaches enough others."""
    from kakou.drill.outbreak import infect

    begin = truth.story.day(1 + number % 3).start_ms
    for person in range(100 * number, truth.story.share.people[1]):
        if not truth.crossings[f"p{person}"]:
            continue
        found = infect(truth, disease, first=f"p{person}", at_ms=begin, seed=seed)
        if len(found) >= LEAST:
            return f"p{person}", begin, found
    raise RuntimeError(f"no outbreak of {LEAST} people in this drill")


def main() -> None:
    """All figures (`--json`: as JSON); in the laboratory: `settle|trace SEED MISTAKES PEOPLE`."""
    if len(sys.argv) < 3:
        found = figures()
        tell(found, as_json="--json" in sys.argv)
        sys.exit(0 if are_met(found) else 1)
    stage, drill, people = sys.argv[1], Drill(int(sys.argv[2]), float(sys.argv[3])), int(sys.argv[4])
    with at_work():
        if stage == "settle":
            settle(drill.seed, people)
        else:
            print(json.dumps(trace(drill)))


if __name__ == "__main__":
    main()
