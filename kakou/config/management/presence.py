"""Which parts this build has."""

from __future__ import annotations

import importlib.util


def is_there(module: str) -> bool:
    """Is that capability part of this build?"""
    try:
        return bool(module) and importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False
