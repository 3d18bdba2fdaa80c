"""Every URL. A new one enters the role matrix (tests/matrix) or the build fails."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("kakou.access.urls")),
]
