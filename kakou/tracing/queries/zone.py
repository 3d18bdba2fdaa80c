"""The zone in which the site's days begin."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings


def site_zone() -> ZoneInfo:
    """See the module."""
    return ZoneInfo(settings.SITE_ZONE)
