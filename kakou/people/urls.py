"""Pages of people."""

from __future__ import annotations

from django.urls import path

from kakou.people import pages

app_name = "people"
urlpatterns = [path("new/", pages.register, name="register")]
