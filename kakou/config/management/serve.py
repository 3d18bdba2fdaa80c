"""`kakou serve`."""

from __future__ import annotations

import ipaddress
import signal

import click
from rich.console import Console

from kakou.kernel.errors import Refusal


class OnlyLoopback(Refusal):
    """Plain http leaves this machine for nobody."""

    code = "only-loopback"


@click.command("serve")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; this machine only, for now."
)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--drill", is_flag=True, help="Fill an empty system with a fictitious sub-district to try things on.")
def group(host: str, port: int, drill: bool) -> None:
    """Start Kakou and keep it running: database, pages, gate intake and jobs.

    Stop it with Ctrl-C. What was acknowledged to a gate is never lost, however it is stopped.
    """
    if not ipaddress.ip_address(host).is_loopback:
        raise OnlyLoopback("Kakou speaks plain http and therefore listens on this machine only (127.0.0.1).")
    from kakou.config import settings
    from kakou.config.serving import Installation

    console = Console(highlight=False)
    asked: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, _frame: asked.append(got))
    installation = Installation(settings.HOME, settings.PG_SOCKET, host=host, port=port, stopped=lambda: bool(asked))
    try:
        console.print(f"Kakou 卡口 · data in {settings.HOME}")
        installation.start()
        if drill:
            installation.run("drill", "first-days", "--url", f"http://{host}:{port}")
        console.print(f"\n  [bold]http://{host}:{port}[/bold]   (Ctrl-C stops)\n")
        installation.watch()
    finally:
        installation.stop()
    console.print("Kakou has stopped.")
