"""Pages of places."""

from __future__ import annotations

from django.urls import path

from kakou.places import pages

app_name = "places"
urlpatterns = [
    path("", pages.tree, name="tree"),
    path("import/", pages.bring_in, name="import"),
    path("<int:node>/", pages.unit, name="unit"),
    path("<int:node>/management/", pages.manage, name="manage"),
    path("entrance/<int:node>/", pages.state, name="state"),
]
