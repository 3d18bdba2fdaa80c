"""The shell's own URLs. `/events` is the ASGI front's and no Django URL."""

from __future__ import annotations

from django.urls import path

from kakou.web import pages

app_name = "web"
urlpatterns = [
    path("place/", pages.places, name="places"),
    path("language/", pages.language, name="language"),
    path("theme/", pages.theme, name="theme"),
    path("live/", pages.live, name="live"),
]
