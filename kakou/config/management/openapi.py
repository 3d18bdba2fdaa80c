"""`kakou openapi`."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command("openapi")
@click.argument("doors", type=click.Choice(["phones", "open311"]), default="phones")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write instead of the terminal.")
def group(doors: str, out: Path | None) -> None:
    """Print the description of the doors of phones or of Open311, as kept in contracts/."""
    from kakou.config.api import api
    from kakou.services.open311.described import described

    document = described() if doors == "open311" else api.get_openapi_schema()
    text = json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    if out:
        out.write_text(text)
    else:
        click.echo(text, nl=False)
