"""Stands in for the pages of screening that orders lead to, until they are here."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import include, path


def page(request, **_):
    return HttpResponse("")


of_screening = [
    path("fever/<uuid:case>/", page, name="fever"),
    path("audits/<uuid:passage>/", page, name="audit"),
    path("trust/", page, name="trust"),
]
urlpatterns = [path("screening/", include((of_screening, "screening"))), path("", include("kakou.config.urls"))]
