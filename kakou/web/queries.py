"""The site: where everything that this installation records happens."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings


def site_zone() -> ZoneInfo:
    """The zone in which its days begin."""
    return ZoneInfo(settings.SITE_ZONE)
