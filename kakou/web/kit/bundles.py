"""The front end's built files, by the names that Vite's manifest gives them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static

BUILT = Path(__file__).resolve().parents[1] / "static" / "web"


class NotBuilt(ImproperlyConfigured):
    """The front end has no manifest or not this entry."""


@cache
def manifest() -> dict[str, Any]:
    """Source name → what was built from it. Read once a process. Raises NotBuilt."""
    try:
        built: dict[str, Any] = json.loads((BUILT / "manifest.json").read_text())
    except FileNotFoundError as missing:
        raise NotBuilt("The front end is not built: run `make setup` (npm ci, npm run build).") from missing
    return built


def url_of(source: str) -> str:
    """The URL of what was built from `source` ("src/look.css")."""
    try:
        return static("web/" + manifest()[source]["file"])
    except KeyError as unknown:
        raise NotBuilt(f"{source} is no entry of the front end") from unknown
