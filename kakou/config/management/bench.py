"""`kakou bench`: measurements, printed as ratios against peers and raw limits of the same run."""

from __future__ import annotations

import importlib

import click

from kakou.config.management.presence import is_there

BENCHES = {
    "intake": "bench.intake",
    "stays": "bench.stays",
    "screening": "bench.screening",
    "frames": "bench.frames.command",
    "lekagul-counts": "bench.lekagul_counts",
    "gate": "bench.gate.command",
}


class Benches(click.Group):
    """Loads a benchmark only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return [name for name, module in BENCHES.items() if is_there(module)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The click command `command` of the module."""
        if cmd_name not in BENCHES or not is_there(BENCHES[cmd_name]):
            return None
        command: click.Command = importlib.import_module(BENCHES[cmd_name]).command
        return command


@click.group("bench", cls=Benches)
def group() -> None:
    """Measure this machine: how fast gates are served, the ledger is folded, and people and papers are judged."""
