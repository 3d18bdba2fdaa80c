"""`kakou openapi`."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command("openapi")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write instead of the terminal.")
def group(out: Path | None) -> None:
    """Print the description of the JSON API, as kept in contracts/openapi.json."""
    from kakou.config.api import api

    text = json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    if out:
        out.write_text(text)
    else:
        click.echo(text, nl=False)
