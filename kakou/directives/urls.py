"""Pages of directives."""

from __future__ import annotations

from django.urls import path

from kakou.directives.pages import office, texts, unit

app_name = "directives"
urlpatterns = [
    path("", office.home, name="home"),
    path("new/", office.new, name="new"),
    path("texts/", texts.texts, name="texts"),
    path("texts/poster/", texts.poster, name="poster"),
    path("<uuid:id>/", office.directive, name="directive"),
    path("<uuid:id>/sheet/", office.sheet, name="sheet"),
    path("<uuid:id>/remind/", office.remind, name="remind"),
    path("<uuid:id>/withdraw/", office.withdraw, name="withdraw"),
    path("task/<uuid:id>/", unit.task, name="task"),
    path("task/<uuid:id>/acknowledge/", unit.acknowledge, name="acknowledge"),
    path("task/<uuid:id>/done/", unit.done, name="done"),
    path("paper/<uuid:id>/", unit.paper, name="paper"),
]
