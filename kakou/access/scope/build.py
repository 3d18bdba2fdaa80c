"""Second wall: grants and row-level security policies, generated from what the models declare, after every migrate.

Generated and not written by hand, so that a table cannot be forgotten: a model of ours without a wall stops the build.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import connections
from django.db.models import Model

from kakou.access.rules import Permission
from kakou.access.scope.wall import Wall, verbs_of

ROLES = {"pages": "kakou_pages", "worker": "kakou_worker", "lane": "kakou_lane"}
OURS = "kakou."

# audit and web lie below access and cannot name a permission: their walls are declared here
WALLS_BELOW: dict[str, Wall] = {
    # only auditors read it; nobody adds to it but a trigger of audit_told, at commit. Rows without a node are the
    # installation's own, read by `kakou audit`. A told event is seen by its own transaction only
    "audit_event": Wall(Permission.SEE_AUDIT, node="node", pages="select", worker="select"),
    "audit_told": Wall(None, pages="select, insert", worker="select, insert", lane="insert"),
    "web_event": Wall(None, pages="insert", worker="insert", lane="select, insert"),
}

TABLES = """select c.relname, c.relispartition from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'public' and c.relkind in ('r', 'p') order by c.relname"""
FUNCTION = """create or replace function kakou_scope(permission text) returns int[] language sql stable parallel safe
  return nullif(current_setting('kakou.' || permission, true), '')::int[]"""


class NoWall(Exception):
    """A model of ours says nothing about who may see its rows."""


def declared_walls() -> dict[str, Wall]:
    """Table name → wall of every model of ours. Raises NoWall naming a model that declares none."""
    walls = dict(WALLS_BELOW)
    for model in apps.get_models(include_auto_created=True):
        if model.__module__.startswith(OURS) and model._meta.db_table not in walls:
            walls[model._meta.db_table] = wall_of(model)
    return walls


def wall_of(model: type[Model]) -> Wall:
    """A model's own wall, or for a history table the one of the model it follows."""
    if wall := model.__dict__.get("wall"):
        assert isinstance(wall, Wall)
        return wall
    tracked: type[Model] | None = getattr(model, "pgh_tracked_model", None)
    if tracked is not None:
        return wall_of(tracked).history()
    raise NoWall(f"{model._meta.label} declares no wall: say which permission reads it (kakou.access.scope.Wall)")


def build(alias: str = "owner") -> None:
    """(Re)make every grant and policy in the database of `alias`, in one transaction. Safe to run again."""
    walls = declared_walls()
    with connections[alias].cursor() as cursor:
        cursor.execute(TABLES)
        tables = cursor.fetchall()
        statements = [FUNCTION, *_common()]
        for table, is_partition in tables:
            statements += _statements(table, is_partition, walls)
        cursor.execute(";\n".join(statements))


def _common() -> Iterator[str]:
    everyone = ", ".join(ROLES.values())
    yield f"revoke all on schema public from public; grant usage on schema public to {everyone}"
    yield f"grant usage, select on all sequences in schema public to {everyone}"


def _statements(table: str, is_partition: bool, walls: dict[str, Wall]) -> Iterator[str]:
    name = f'"{table}"'
    yield f"revoke all on {name} from {', '.join(ROLES.values())}"
    if is_partition:
        return  # read by its own name it would skip the parent's policies
    wall = walls.get(table)
    if wall is None:  # Django's and the libraries' own tables
        yield f"grant select, insert, update, delete on {name} to kakou_pages, kakou_worker"
        return
    for kind, role in ROLES.items():
        if grants := getattr(wall, kind):
            yield f"grant {grants} on {name} to {role}"
    yield from _policies(table, wall)


def _policies(table: str, wall: Wall) -> Iterator[str]:
    name = f'"{table}"'
    for policy in ("reads", "adds", "changes", "removes", "lane_select", "lane_insert", "lane_update"):
        yield f"drop policy if exists {policy} on {name}"
    if wall.read is None:
        yield f"alter table {name} disable row level security"
        return
    yield f"alter table {name} enable row level security"
    to = "to kakou_pages, kakou_worker"
    yield f"create policy reads on {name} for select {to} using ({_within(wall, wall.read)})"
    if wall.write is not None:
        within = _within(wall, wall.write)
        yield f"create policy adds on {name} for insert {to} with check ({within})"
        yield f"create policy changes on {name} for update {to} using ({within}) with check ({within})"
        yield f"create policy removes on {name} for delete {to} using ({within})"
    # one group commit of the lane mixes devices: its wall is its grants
    for verb in verbs_of(wall.lane):
        clause = {"insert": "with check (true)"}.get(verb, "using (true)")
        yield f"create policy lane_{verb} on {name} for {verb} to kakou_lane {clause}"


def _within(wall: Wall, permission: Permission) -> str:
    held = f"any ((select kakou_scope('{permission.value}'))::int[])"
    return " or ".join(f'"{column}" = {held}' for column in wall.nodes)
