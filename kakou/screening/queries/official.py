"""Which official query service is connected, by setting: none, as long as nobody has set one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from kakou.screening.official import LOOKS, OfficialService
from kakou.screening.rules import Look


def service() -> OfficialService | None:
    """The adapter that KAKOU_CODE_SERVICE names, made once. Raises ImproperlyConfigured."""
    return _made(settings.CODE_SERVICE) if settings.CODE_SERVICE else None


def service_name() -> str:
    """Of the authority asked; "" where none is."""
    connected = service()
    return connected.name if connected else ""


def verified_looks() -> frozenset[Look]:
    """The looks about which a service can be asked."""
    connected = service()
    return connected.looks if connected else frozenset()


def codes_told() -> Mapping[str, bool]:
    """For phones: look → can the server be asked? Else what is shown is recorded as observed."""
    verified = verified_looks()
    return {look.value: look in verified for look in sorted(LOOKS)}


@lru_cache(maxsize=2)
def _made(path: str) -> OfficialService:
    try:
        made: OfficialService = import_string(path)()
    except ImportError as error:
        raise ImproperlyConfigured(f"KAKOU_CODE_SERVICE names nothing that can be imported: {path}") from error
    if not (made.looks and made.looks <= LOOKS):
        raise ImproperlyConfigured(f"{path}: its `looks` are health, travel or both")
    return made
