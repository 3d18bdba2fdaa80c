"""The site: where everything that this installation records happens."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from kakou.kernel.site import read_site


def site_zone() -> ZoneInfo:
    """The zone in which its days begin."""
    return ZoneInfo(settings.SITE_ZONE)


def site_name() -> str:
    """What this installation is called; "" while nobody has said."""
    return read_site(Path(settings.HOME)).name
