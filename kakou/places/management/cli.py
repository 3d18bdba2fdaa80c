"""`kakou places`: bring the tree of places in from a sheet, and look at it."""

from __future__ import annotations

import json
from pathlib import Path

import click
from django.utils.translation import gettext as _

from kakou.kernel.errors import Refusal
from kakou.kernel.time import now


@click.group("places")
def group() -> None:
    """Streets, communities, compounds, villages, enterprises and their entrances: bring them in, look at them."""


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check everything and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_context
def import_(ctx: click.Context, file: Path, dry_run: bool, as_json: bool) -> None:
    """Bring in units and entrances from FILE, an Excel sheet (.xlsx) or a text table (.csv).

    The columns are 类型 (kind), 名称 (name) and 上级 (inside); 编码 (code), 状态 (state), 封堵方式 (seal), 常住人口
    (residents), 外来人口 (non-local residents), 统计日期 (counted on), 统计来源 (source) may follow. Either every row
    is taken or none: what is wrong is told by row and column. The same file twice changes nothing.

    Exit code 0: taken, or nothing to do. 2: refused, nothing was changed.
    """
    from kakou.access.scope import acting_as_system
    from kakou.places.sheets import import_places
    from kakou.web.sheets import SheetProblems

    try:
        with acting_as_system():
            outcome = import_places(file, filename=file.name, by=None, at=now(), dry_run=dry_run)
    except SheetProblems as refused:
        _tell(refused, as_json)
        ctx.exit(2)
    figures = {"added": outcome.added, "changed": outcome.changed, "same": outcome.same, "dry_run": dry_run}
    if as_json:
        click.echo(json.dumps(figures))
        return
    for notice in outcome.notices:
        click.echo(_(notice.text) % notice.params, err=True)
    words = (
        _("Would add %(added)d, change %(changed)d; %(same)d are the same already.")
        if dry_run
        else _("Added %(added)d, changed %(changed)d; %(same)d were the same already.")
    )
    click.echo(words % figures)


def _tell(refused: object, as_json: bool) -> None:
    from kakou.web.sheets import CellProblem, SheetProblems

    assert isinstance(refused, SheetProblems)
    problems = [problem for problem in refused.problems if isinstance(problem, CellProblem)]
    if as_json:
        rows = [
            {"row": p.row, "column": p.letter, "title": p.title, "text": _worded(p), "fix": _(p.fix) if p.fix else ""}
            for p in problems
        ]
        click.echo(json.dumps({"refused": refused.count, "problems": rows}, ensure_ascii=False))
        return
    for problem in problems:
        place = _(problem.place.text) % problem.place.params
        click.echo(f"{place}: {_worded(problem)} {_(problem.fix) if problem.fix else ''}".rstrip(), err=True)
    click.echo(_("%(count)d cells cannot be used. Nothing was changed.") % {"count": refused.count}, err=True)


def _worded(refusal: Refusal) -> str:
    text = _(refusal.text)
    return text % refusal.params if refusal.params else text


@group.command()
@click.option("--json", "as_json", is_flag=True, help="Print the tree as JSON.")
def tree(as_json: bool) -> None:
    """Show every unit and its entrances, with the node ids that other commands ask for."""
    from kakou.access.scope import acting_as_system
    from kakou.places import queries

    with acting_as_system():
        branches = queries.tree(now())
    if as_json:
        rows = [
            {
                "node": b.unit.node_id,
                "parent": b.parent.node_id if b.parent else None,
                "kind": b.unit.kind,
                "name": b.unit.name,
                "code": b.unit.code,
                "management": b.management.value,
                "entrances": [
                    {"node": e.node_id, "kind": e.kind, "name": e.name, "state": e.state} for e in b.entrances
                ],
            }
            for b in branches
        ]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for b in branches:
        click.echo(f"{b.unit.node_id:>6}  {'  ' * b.depth}{b.unit.name}  ({b.unit.kind})")
        for e in b.entrances:
            click.echo(f"{e.node_id:>6}  {'  ' * (b.depth + 1)}· {e.name}  ({e.kind}, {e.state})")
    if not branches:
        click.echo(_("There are no places yet. Bring them in with: kakou places import FILE"))
