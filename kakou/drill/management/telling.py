"""What `kakou drill` prints of scenarios and of what was found in a training."""

from __future__ import annotations

import json
from pathlib import Path

import click
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kakou.drill import queries
from kakou.drill.rules import DrillRefused
from kakou.drill.scenarios.scoring import Score, Standing
from kakou.kernel.time import now


def tell_scenarios(as_json: bool) -> None:
    """Name, title and aim of those that come with Kakou."""
    found = queries.scenario_views(get_language() or "en")
    if as_json:
        click.echo(json.dumps({"scenarios": [one._asdict() for one in found]}, ensure_ascii=False))
        return
    for one in found:
        click.echo(f"{one.name}\n  {one.title}\n  {one.aim}")


def tell_training() -> None:
    """Title and aim of the training, and what to look for."""
    view = _view()
    click.echo(f"\n{view.title}\n{view.aim}")
    for words, _score in view.found:
        click.echo(f"  {words}")


def tell_scores(as_json: bool, scenario: str | None = None) -> None:
    """What was found, of the scenario that is meant. Exit code 1 while something is not opened or not closed."""
    view = _view()
    if scenario is not None and Path(scenario).stem != view.name:
        raise DrillRefused("This system's drill is played by the scenario %(name)s.", name=view.name)
    if as_json:
        rows = [{"words": words, **_row(score)} for words, score in view.found]
        click.echo(json.dumps({"scenario": view.name, "found": rows}, ensure_ascii=False))
    else:
        click.echo(view.title)
        for words, score in view.found:
            click.echo(f"{_WORDS[score.standing]:>12}  {words}\n{'':>14}{_line(score)}")
    if any(score.standing is not Standing.CLOSED for _words, score in view.found):
        raise SystemExit(1)


_WORDS = {Standing.NOT_OPENED: "not opened", Standing.OPEN: "open", Standing.CLOSED: "closed"}


def _view() -> queries.TrainingView:
    view = queries.training_view(get_language() or "en", at=now())
    if view is None:
        raise DrillRefused("This system's drill is played by no scenario.")
    return view


def _row(score: Score) -> dict[str, object]:
    return {
        "order": score.find.order, "gate": score.gate, "at_least": score.find.at_least, "opened": score.opened,
        "open": score.open, "closed_by_hand": score.by_hand, "healed": score.healed, "late": score.late,
        "longest_late_minutes": int(score.longest.total_seconds() // 60), "standing": score.standing.value,
    }  # fmt: skip


def _line(score: Score) -> str:
    told = {key: value for key, value in _row(score).items() if value not in ("", 0) and key != "standing"}
    return _(score.title) + ": " + " ".join(f"{key}={value}" for key, value in told.items())
