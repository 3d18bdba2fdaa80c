"""The database itself: with the ORM's scope gone, in raw SQL, as each of our roles, nobody sees a foreign row.

Over every table that declares a wall, also history tables, and partitions read by name. A new table is in here by
declaring its wall; nothing has to be added.
"""

import psycopg
import pytest
from django.apps import apps
from django.db import connections
from django.db.models import Q
from django_scopes import scopes_disabled
from psycopg import sql

from kakou.access.rules import Permission
from kakou.access.scope import acting_for
from kakou.access.scope.build import ROLES, declared_walls
from kakou.access.scope.wall import VERBS, verbs_of
from tests.matrix.roles import connect
from tests.matrix.rows import Rows

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
WALLS = declared_walls()
MODELS = {m._meta.db_table: m for m in apps.get_models(include_auto_created=True) if m._meta.db_table in WALLS}
SCOPED = {table: wall for table, wall in WALLS.items() if wall.read is not None}
ACTING = [role for role in ROLES if role != "lane"]


@pytest.fixture
def land(tree, cast):
    """Nodes of the east and of the west, each with one row in every scoped table."""
    rows = Rows(cast.secretary)
    ours, theirs = tree.garden_gate.pk, tree.orchard_gate.pk
    with scopes_disabled():
        for table in SCOPED:
            if table in MODELS:
                rows.at(MODELS[table], ours)
                rows.at(MODELS[table], theirs)
    return rows, ours, theirs


def within(cursor, node):
    """Everything is allowed over `node`, nothing elsewhere."""
    for permission in Permission:
        cursor.execute("select set_config(%s, %s, true)", [f"kakou.{permission.value}", f"{{{node}}}"])


def nodes_seen(cursor, table):
    cursor.execute(
        sql.SQL("select distinct {} from {}").format(sql.Identifier(SCOPED[table].node), sql.Identifier(table))
    )
    return {row[0] for row in cursor.fetchall()}


def test_every_scoped_table_has_rows_on_both_sides(land):
    _, ours, theirs = land
    with connections["owner"].cursor() as cursor:
        assert {table for table in SCOPED if not {ours, theirs} <= nodes_seen(cursor.cursor, table)} == set()


def test_without_a_scope_nothing_is_seen(land):
    seen = {}
    for role in ACTING:
        with connect(role) as connection, connection.cursor() as cursor:
            seen |= {(role, table): nodes for table in SCOPED if (nodes := nodes_seen(cursor, table))}
    assert seen == {}


def test_each_sees_his_own_rows_and_no_others(land):
    _, ours, _ = land
    wrong = {}
    for role in ACTING:
        with connect(role) as connection, connection.cursor() as cursor:
            within(cursor, ours)
            wrong |= {(role, table): nodes for table in SCOPED if (nodes := nodes_seen(cursor, table)) != {ours}}
    assert wrong == {}


def test_with_the_first_wall_gone_the_orm_sees_no_foreign_row(land):
    _, ours, _ = land
    everything = {permission: [ours] for permission in Permission}
    with acting_for(everything), scopes_disabled():
        foreign = {
            table: found
            for table, wall in SCOPED.items()
            if (found := MODELS[table]._base_manager.filter(~Q(**{wall.node: ours})).count())
        }
    assert foreign == {}


def test_a_read_permission_alone_shows_only_its_own_tables(land):
    """Holding one permission opens the tables that name it, and no other."""
    _, ours, _ = land
    wrong = []
    with connect("pages") as connection, connection.cursor() as cursor:
        for permission in Permission:
            for other in Permission:
                value = f"{{{ours}}}" if other is permission else ""
                cursor.execute("select set_config(%s, %s, true)", [f"kakou.{other.value}", value])
            wrong += [
                (permission, table)
                for table, wall in SCOPED.items()
                if nodes_seen(cursor, table) != ({ours} if wall.read is permission else set())
            ]
    assert wrong == []


def test_nobody_changes_or_removes_a_foreign_row(land):
    _, ours, theirs = land
    done = []
    for role in ACTING:
        with connect(role) as connection:
            for table, wall in SCOPED.items():
                where = sql.SQL(" where {} = {}").format(sql.Identifier(wall.node), sql.Literal(theirs))
                for verb, statement in statements(connection, role, table):
                    with connection.transaction(force_rollback=True), connection.cursor() as cursor:
                        within(cursor, ours)
                        try:
                            cursor.execute(statement + where)
                        except psycopg.Error:
                            continue  # the table is only ever added to
                        done += [(role, table, verb)] if cursor.rowcount else []
    assert done == []


def statements(connection, role, table):
    """An update and a delete, as far as the role may do such a thing at all."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped"
            " and has_column_privilege(%s, attrelid, attnum, 'update') limit 1",
            [table, f"kakou_{role}"],
        )
        if column := cursor.fetchone():
            name = sql.Identifier(column[0])
            yield "update", sql.SQL("update {} set {} = {}").format(sql.Identifier(table), name, name)
        cursor.execute("select has_table_privilege(%s, %s, 'delete')", [f"kakou_{role}", table])
        if cursor.fetchone()[0]:
            yield "delete", sql.SQL("delete from {}").format(sql.Identifier(table))


def test_nobody_adds_a_foreign_row(land):
    rows, ours, theirs = land
    added = []
    everything = {permission: [ours] for permission in Permission}
    for table, wall in SCOPED.items():
        if "insert" not in verbs_of(wall.pages):
            continue
        with scopes_disabled():
            row = rows.another(MODELS[table], theirs)
        with acting_for(everything), scopes_disabled():
            from django.db import DatabaseError, transaction

            try:
                with transaction.atomic(using="default"):
                    row.save(force_insert=True, using="default")
            except DatabaseError as refused:
                if "row-level security" not in str(refused):
                    added.append((table, str(refused)))
                continue
            added.append((table, "was added"))
    assert added == []


def test_partitions_are_closed_to_all_by_their_own_names(land):
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select relname from pg_class where relispartition and relkind in ('r', 'p')"
            " and relnamespace = 'public'::regnamespace"
        )
        partitions = [name for (name,) in cursor.fetchall()]
    opened = []
    for role in ROLES:
        with connect(role) as connection:
            for name in partitions:
                try:
                    with connection.transaction():
                        connection.execute(sql.SQL("select 1 from {}").format(sql.Identifier(name)))
                    opened.append((role, name))
                except psycopg.errors.InsufficientPrivilege:
                    continue
    assert opened == []


def test_the_roles_may_do_what_the_walls_grant_and_nothing_else(db):
    wrong = []
    with connections["owner"].cursor() as cursor:
        for table, wall in WALLS.items():
            for role in ROLES:
                for verb in (*VERBS, "truncate", "trigger", "references"):
                    by_column = verb not in ("delete", "truncate", "trigger")
                    has = "has_any_column_privilege" if by_column else "has_table_privilege"
                    cursor.execute(f"select {has}(%s, %s, %s)", [f"kakou_{role}", table, verb])
                    wanted = verb in verbs_of(getattr(wall, role))
                    wrong += [(role, verb, table)] if cursor.fetchone()[0] is not wanted else []
    assert wrong == []


def test_no_role_of_ours_owns_anything_or_passes_the_walls(db):
    with connections["owner"].cursor() as cursor:
        names = [f"kakou_{role}" for role in ROLES]
        cursor.execute(
            "select rolname from pg_roles where rolname = any(%s)"
            " and (rolsuper or rolbypassrls or rolcreatedb or rolcreaterole)",
            [names],
        )
        assert cursor.fetchall() == []
        cursor.execute("select relname from pg_class where pg_get_userbyid(relowner) = any(%s)", [names])
        assert cursor.fetchall() == []
        cursor.execute("select relname from pg_class where relname = any(%s) and not relrowsecurity", [list(SCOPED)])
        assert cursor.fetchall() == []


def test_the_lane_reads_no_more_than_it_needs_for_a_repeat(land):
    """A flush of the lane mixes gates, so its wall is its grants: columns that say nothing about anybody."""
    with connect("lane") as connection:
        for table in SCOPED:
            if not SCOPED[table].lane:
                with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                    connection.execute(sql.SQL("select 1 from {}").format(sql.Identifier(table)))
