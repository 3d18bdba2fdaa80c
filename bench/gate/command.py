"""`kakou bench gate PART`: what the gate app must show, part by part."""

from __future__ import annotations

import importlib
import sys

import click

from bench.figures import are_met, tell, unmeasured
from bench.phone_page import NoPage

PARTS = {
    "ready": "1", "drill": "2", "days": "3", "full-disk": "3 full disk", "stolen": "4", "screens": "6", "taps": "7",
}  # fmt: skip


@click.command("gate")
@click.argument("part", type=click.Choice(list(PARTS)))
@click.option("--passages", type=click.IntRange(100), help="Of days: how many, instead of 10,000.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def command(part: str, passages: int | None, as_json: bool) -> None:
    """Measure the gate app in a headless Chromium (some minutes a part). 1 when a figure is not met."""
    module = importlib.import_module(f"bench.gate.{part.replace('-', '_')}")
    try:
        found = module.figures(passages) if passages and part == "days" else module.figures()
    except NoPage as why:
        found = [unmeasured(PARTS[part], f"NOT RUN: {why}"[:140])]
    tell(found, as_json=as_json)
    sys.exit(0 if are_met(found) else 1)
