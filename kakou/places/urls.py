"""Pages of places."""

from __future__ import annotations

from django.urls import path

from kakou.places import pages
from kakou.places.chain import pages as chain
from kakou.places.mapping import pages as mapped
from kakou.places.recut import pages as recut

app_name = "places"
urlpatterns = [
    path("", pages.tree, name="tree"),
    path("import/", pages.bring_in, name="import"),
    path("sheet/", pages.sheet, name="sheet"),
    path("chain/", chain.shown, name="chain"),
    path("serving/<int:id>/remove/", chain.remove, name="unserve"),
    path("seal/<uuid:id>/", chain.photo, name="seal_photo"),
    path("<int:node>/answers/", chain.answers, name="answers"),
    path("map/", mapped.map_, name="map"),
    path("shapes/", mapped.hand_out, name="shapes"),
    path("shapes/import/", mapped.bring_in, name="shapes_import"),
    path("<int:node>/shape/", mapped.shape, name="shape"),
    path("<int:node>/shape/set/", mapped.locate, name="locate"),
    path("<int:node>/shape/off/", mapped.off, name="off"),
    path("<int:node>/", pages.unit, name="unit"),
    path("<int:node>/recut/", recut.recut, name="recut"),
    path("<int:node>/second/", recut.second, name="second"),
    path("recut/<uuid:id>/back/", recut.take_back, name="take_back"),
    path("<int:node>/management/", pages.manage, name="manage"),
    path("entrance/<int:node>/", pages.state, name="state"),
]
