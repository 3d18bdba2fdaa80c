"""What this installation is called and in which zone its days begin: a small file beside the data.

A file and not a row: settings read the zone before there is a database to ask.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path

FILE = "site.json"


@dataclass(frozen=True, slots=True)
class Site:
    """ "": nobody has said."""

    name: str = ""
    zone: str = ""


def read_site(home: Path) -> Site:
    """As it was said; nothing where nobody has, or where the file cannot be read."""
    with contextlib.suppress(OSError):
        return site_in((home / FILE).read_bytes())
    return Site()


def site_in(content: bytes) -> Site:
    """What such a file says; nothing where it cannot be read."""
    with contextlib.suppress(ValueError, AttributeError):
        told = json.loads(content)
        return Site(str(told.get("name", "")), str(told.get("zone", "")))
    return Site()


def write_site(home: Path, site: Site) -> None:
    """In place of what was said before, whole or not at all."""
    spare = home / f"{FILE}.part"
    spare.write_text(json.dumps({"name": site.name, "zone": site.zone}, ensure_ascii=False), "utf-8")
    spare.replace(home / FILE)
