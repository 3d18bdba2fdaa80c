"""Pages of backup."""

from __future__ import annotations

from django.urls import path

from kakou.backup import pages

app_name = "backup"
urlpatterns = [path("", pages.home, name="home")]
