"""Who works in the drill: one account for each role, to try, and those whose names stand in the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from kakou.access.actions import create_staff, grant_role
from kakou.access.models import Node, Staff
from kakou.access.rules import Role
from kakou.drill.world import UnitKind, World

PREFIX = "drill-"
_COMMUNITIES = (UnitKind.COMMUNITY_URBAN, UnitKind.COMMUNITY_RURAL)


def settle_staff(world: World, units: Sequence[int], entrances: Sequence[int], *, at: dt.datetime) -> list[int]:
    """Make the accounts (none with a password) and return who records at each entrance (0: nobody), by its number.

    `units` and `entrances` are nodes by the world's numbers.
    """
    nodes = Node.objects.in_bulk([*units, *entrances])
    community = world.land.of_kind(*_COMMUNITIES)[0]
    gate = next(e for e in world.staffed if world.land.units[e.unit].parent == community.number)
    enterprise = world.land.of_kind(UnitKind.ENTERPRISE)[0]
    street = world.land.of_kind(UnitKind.STREET)[0]
    seats = {
        Role.COMMANDER: (units[street.number], f"{street.name}值班领导"),
        Role.COMMUNITY_SECRETARY: (units[community.number], f"{community.name}书记"),
        Role.COMMUNITY_WORKER: (units[community.number], f"{community.name}社工"),
        Role.STREET_LIAISON: (units[community.number], f"{community.name}驻点联络员"),
        Role.GATE_LEAD: (entrances[gate.number], f"{world.land.units[gate.unit].name}{gate.name}卡口长"),
        Role.GATE_RECORDER: (entrances[gate.number], f"{world.land.units[gate.unit].name}{gate.name}登记员"),
        Role.ENTERPRISE_OFFICER: (units[enterprise.number], f"{enterprise.name}专员"),
        Role.INVESTIGATOR: (units[street.number], f"{street.name}流调员"),
        Role.AUDITOR: (units[0], "审计员"),
        Role.ADMINISTRATOR: (units[0], "系统管理员"),
    }
    made = {role: _account(role, nodes[node], duty, at) for role, (node, duty) in seats.items()}
    recorders = _others(world, units, nodes, community.number, at)
    recorders[community.number] = made[Role.GATE_RECORDER].pk
    return _by_entrance(world, recorders)


def username_of(role: Role) -> str:
    """The login name of the account that a newcomer tries this role with."""
    return PREFIX + role.value.replace("_", "-")


def _account(role: Role, node: Node, duty: str, at: dt.datetime, more: str = "") -> Staff:
    staff = create_staff(username=username_of(role) + more, password=None, display=duty, is_drill=True, by=None, at=at)
    grant_role(staff=staff, role=role, node=node, by=None, at=at)
    return staff


def _others(world: World, units: Sequence[int], nodes: dict[int, Node], but: int, at: dt.datetime) -> dict[int, int]:
    """A secretary and a recorder for every community but one; recorders by community."""
    recorders = {}
    for number, community in enumerate(world.land.of_kind(*_COMMUNITIES), start=1):
        if community.number == but:
            continue
        node = nodes[units[community.number]]
        _account(Role.COMMUNITY_SECRETARY, node, f"{community.name}书记", at, f"-{number}")
        recorder = _account(Role.GATE_RECORDER, node, f"{community.name}登记员", at, f"-{number}")
        recorders[community.number] = recorder.pk
    return recorders


def _by_entrance(world: World, recorders: dict[int, int]) -> list[int]:
    found = []
    for entrance in world.entrances:
        above = [recorders[unit.number] for unit in world.land.above(entrance.unit) if unit.number in recorders]
        found.append(above[0] if above and entrance.state == "staffed" else 0)
    return found
