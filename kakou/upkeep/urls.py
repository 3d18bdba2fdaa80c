"""The status page, and what programs ask (answered by `probes.ProbesMiddleware` before anything else)."""

from __future__ import annotations

from django.urls import path

from kakou.upkeep import pages
from kakou.upkeep.probing.probes import PROBES

app_name = "upkeep"
urlpatterns = [
    path("status/", pages.home, name="home"),
    *(path(name, probe, name=name) for name, probe in PROBES.items()),
]
