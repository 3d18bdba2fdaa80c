"""`kakou screening`: the rules of a gate, from the command line."""

from __future__ import annotations

import click

from kakou.screening.management.packs import group as pack


@click.group("screening")
def group() -> None:
    """What is checked at a gate, and what a verdict follows from."""


group.add_command(pack)
