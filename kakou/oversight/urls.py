"""Pages of oversight."""

from __future__ import annotations

from django.urls import path

from kakou.oversight import pages

app_name = "oversight"
urlpatterns = [path("", pages.audit, name="audit")]
