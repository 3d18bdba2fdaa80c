"""The compiled inside of the engine: loops over columns that numba makes into machine code, kept on disk once compiled.

Plain numbers and arrays only, no types written (numba finds them), no Python objects, no lock held: threads run them
side by side. A module of them is loaded when it is first used: numba takes longer to load than an index takes to open.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

MODULES = ("held", "blocks", "hashing", "sorting", "meetings", "spread", "sweep")


def __getattr__(name: str) -> ModuleType:
    if name not in MODULES:
        raise AttributeError(name)
    return import_module(f"{__name__}.{name}")
