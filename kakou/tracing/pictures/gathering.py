"""A chain of any size as at most so many boxes: nobody is lost, whoever stands together is counted.

1. Contacts who infected nobody, of one source, one day and one part, become one box; the largest crowds first, until
   the rest fits.
2. If it does not fit, so do those of one source and one part on several days.
3. If it still does not, whole branches become one box at the last of their ancestors who is shown: whoever has most
   people after him stays longest.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from kakou.kernel.time import day_in
from kakou.tracing.pictures.parts import Part

LIMIT = 300


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a chain. `label`: a case's number or a masked name. `day`: of the onset, of a contact the day from
    which he may carry it; `at`: the moment, where it is known. `degree`: 0 for whom the chain starts from."""

    key: str
    label: str
    part: Part
    day: dt.date | None
    at: dt.datetime | None = None
    degree: int = 0
    certain: bool = True
    href: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """Who may have infected whom, where and when."""

    source: str
    target: str
    place: str = ""
    at: dt.datetime | None = None
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Chain:
    """One chain. Raises ValueError when two members share a key or a link names nobody."""

    title: str
    members: tuple[Member, ...]
    links: tuple[Link, ...]

    def __post_init__(self) -> None:
        keys = {member.key for member in self.members}
        if len(keys) < len(self.members):
            raise ValueError("two members share a key")
        if unknown := {end for one in self.links for end in (one.source, one.target)} - keys:
            raise ValueError(f"a link names nobody: {min(unknown)}")


@dataclass(frozen=True, slots=True)
class Box:
    """One person, or several who stand together. `day`: its column, the earliest day of its members."""

    key: str
    members: tuple[Member, ...]
    day: dt.date

    @property
    def counts(self) -> dict[Part, int]:
        """How many of each part, in the order of parts."""
        counted = Counter(member.part for member in self.members)
        return {part: counted[part] for part in Part if counted[part]}


@dataclass(frozen=True, slots=True)
class Edge:
    """All links from the members of one box to those of another."""

    source: str
    target: str
    links: tuple[Link, ...]

    @property
    def certain(self) -> bool:
        """Is one of them certain?"""
        return any(link.certain for link in self.links)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Boxes in the order of the tree, sources first. `inside`: links within one box. `stage`: as above, 0 for none."""

    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    inside: int
    stage: int


@dataclass(frozen=True, slots=True)
class _Tree:
    order: list[str]  # sources before those they infected
    source: dict[str, str | None]  # the first who may have infected him
    day: dict[str, dt.date]
    leaves: list[str]  # infected nobody, by one alone


def gathered(chain: Chain, zone: ZoneInfo, limit: int = LIMIT) -> Gathered:
    """The chain as at most `limit` boxes (at least 2)."""
    tree = _tree_of(chain, zone)
    part = {member.key: member.part for member in chain.members}
    index = {key: number for number, key in enumerate(tree.order)}
    by_day = _crowds(tree, limit, lambda key: (index[tree.source[key] or key], tree.day[key], part[key]))
    by_part = _crowds(tree, limit, lambda key: (index[tree.source[key] or key], part[key]))
    if len(tree.order) <= limit:
        return _boxed(chain, tree, {}, stage=0)
    for stage, box_of in enumerate((by_day, by_part), start=1):
        if _how_many(tree, box_of) <= limit:
            return _boxed(chain, tree, box_of, stage)
    return _boxed(chain, tree, _branches(tree, limit), stage=3)


def _tree_of(chain: Chain, zone: ZoneInfo) -> _Tree:
    """Everybody below the first who may have infected him; where all infect each other in a ring, the first begins."""
    first: dict[str, Link] = {}
    infects: set[str] = set()
    infected = Counter(link.target for link in chain.links if link.source != link.target)
    for link in chain.links:
        if link.source == link.target:
            continue
        infects.add(link.source)
        known = first.get(link.target)
        if known is None or _earlier(link, known):
            first[link.target] = link
    below: dict[str, list[str]] = defaultdict(list)
    for member in chain.members:
        if member.key in first:
            below[first[member.key].source].append(member.key)
    order, source = _walked([m.key for m in chain.members], first, below)
    leaves = [key for key in order if key not in infects and infected[key] == 1]
    return _Tree(order, source, _days(chain, order, source, first, zone), leaves)


def _earlier(one: Link, other: Link) -> bool:
    return one.at is not None and (other.at is None or one.at < other.at)


def _walked(
    keys: list[str], first: Mapping[str, Link], below: Mapping[str, list[str]]
) -> tuple[list[str], dict[str, str | None]]:
    """Depth first, so that a branch stands together."""
    order: list[str] = []
    source: dict[str, str | None] = {}
    for root in [*(key for key in keys if key not in first), *keys]:
        if root in source:
            continue
        source[root] = None
        waiting = [root]
        while waiting:
            key = waiting.pop()
            order.append(key)
            for child in reversed(below.get(key, [])):
                if child not in source:
                    source[child] = key
                    waiting.append(child)
    return order, source


def _days(
    chain: Chain, order: list[str], source: Mapping[str, str | None], first: Mapping[str, Link], zone: ZoneInfo
) -> dict[str, dt.date]:
    """Where it is not known: the day of the infection, else that of whoever infected him, else the first of all."""
    members = {member.key: member for member in chain.members}
    known = [_own_day(member, zone) for member in chain.members]
    earliest = min((day for day in known if day), default=dt.date(1970, 1, 1))
    days: dict[str, dt.date] = {}
    for key in order:
        day, link, by = _own_day(members[key], zone), first.get(key), source[key]
        if day is None and by is not None and link is not None and link.at is not None:
            day = max(day_in(zone, link.at), days[by])
        days[key] = day or (days[by] if by is not None else earliest)
    return days


def _own_day(member: Member, zone: ZoneInfo) -> dt.date | None:
    return member.day or (day_in(zone, member.at) if member.at else None)


def _crowds(tree: _Tree, limit: int, alike: Callable[[str], Hashable]) -> dict[str, str]:
    """Member → the first of his box, for leaves that stand together: the largest crowds, until the rest fits."""
    crowds: dict[Hashable, list[str]] = defaultdict(list)
    for key in tree.leaves:
        crowds[alike(key)].append(key)
    box_of: dict[str, str] = {}
    left = len(tree.order)
    for crowd in sorted(crowds.values(), key=len, reverse=True):
        if left <= limit or len(crowd) < 2:
            break
        box_of |= dict.fromkeys(crowd, crowd[0])
        left -= len(crowd) - 1
    return box_of


def _how_many(tree: _Tree, box_of: Mapping[str, str]) -> int:
    return len({box_of.get(key, key) for key in tree.order})


def _branches(tree: _Tree, limit: int) -> dict[str, str]:
    """Member → the first of his box: who has most after him is shown, the others stand at the last of those above.

    A source always has more after him than whom he infected, so whoever is shown hangs on somebody who is shown.
    """
    after = dict.fromkeys(tree.order, 1)
    below: Counter[str] = Counter()
    for key in reversed(tree.order):
        if by := tree.source[key]:
            after[by] += after[key]
            below[by] += 1
    roots = sum(1 for by in tree.source.values() if by is None)
    best, boxes = 0, 1
    hidden: Counter[str | None] = Counter({None: roots})  # under each who is shown: how many directly below him are not
    ranked = sorted(tree.order, key=lambda key: -after[key])
    for shown, key in enumerate(ranked[:limit], start=1):
        by = tree.source[key]
        hidden[by] -= 1
        boxes += (0 if hidden[by] else -1) + (1 if below[key] else 0) + 1
        hidden[key] = below[key]
        if boxes <= limit:
            best = shown
    return _hung(tree, set(ranked[:best]))


def _hung(tree: _Tree, shown: set[str]) -> dict[str, str]:
    """Everybody not shown → the first of those who hang at the same place."""
    hangs: dict[str, str | None] = {}
    first: dict[str | None, str] = {}
    box_of: dict[str, str] = {}
    for key in tree.order:
        if key in shown:
            continue
        by = tree.source[key]
        hangs[key] = by if by is None or by in shown else hangs[by]
        box_of[key] = first.setdefault(hangs[key], key)
    return box_of


def _boxed(chain: Chain, tree: _Tree, box_of: Mapping[str, str], stage: int) -> Gathered:
    members = {member.key: member for member in chain.members}
    together: dict[str, list[str]] = defaultdict(list)
    for key in tree.order:
        together[box_of.get(key, key)].append(key)
    boxes = [
        Box(first, tuple(members[key] for key in keys), min(tree.day[key] for key in keys))
        for first, keys in together.items()
    ]
    edges: dict[tuple[str, str], list[Link]] = defaultdict(list)
    inside = 0
    for link in chain.links:
        ends = box_of.get(link.source, link.source), box_of.get(link.target, link.target)
        if ends[0] == ends[1]:
            inside += 1
        else:
            edges[ends].append(link)
    return Gathered(tuple(boxes), tuple(Edge(*ends, tuple(links)) for ends, links in edges.items()), inside, stage)
