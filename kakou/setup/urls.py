"""Pages of setup."""

from __future__ import annotations

from django.urls import path

from kakou.setup import pages

app_name = "setup"
urlpatterns = [
    path("setup/", pages.opening, name="opening"),
    path("first-steps/", pages.steps, name="steps"),
    path("first-steps/site/", pages.site, name="site"),
    path("first-steps/place/", pages.place, name="place"),
]
