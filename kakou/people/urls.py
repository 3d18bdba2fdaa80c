"""Pages of people."""

from __future__ import annotations

from django.urls import path

from kakou.people.pages import alike, attachments, census, households, registering

app_name = "people"
urlpatterns = [
    path("new/", registering.register, name="register"),
    path("census/", census.imports, name="census"),
    path("census/new/", census.bring_in, name="census_new"),
    path("census/sheet/", census.sheet, name="census_sheet"),
    path("census/plain/", census.plain, name="census_plain"),
    path("census/<uuid:id>/", census.one, name="census_import"),
    path("census/<uuid:id>/undo/", census.undo, name="census_undo"),
    path("households/", households.doors, name="households"),
    path("households/<uuid:id>/", households.household, name="household"),
    path("households/<uuid:id>/answer/", households.answer, name="answer"),
    path("households/<uuid:id>/attach/", attachments.attach, name="attach"),
    path("attachments/<uuid:id>/", attachments.look, name="attachment"),
    path("attachments/<uuid:id>/remove/", attachments.remove, name="attachment_remove"),
    path("proxies/<uuid:id>/end/", households.end, name="proxy_end"),
    path("alike/", alike.alike, name="alike"),
    path("alike/decide/", alike.decide, name="alike_decide"),
    path("merged/", alike.merged, name="merged"),
    path("merged/<uuid:id>/part/", alike.part, name="part"),
]
