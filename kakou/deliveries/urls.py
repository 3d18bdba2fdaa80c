"""Pages of deliveries and parcels."""

from __future__ import annotations

from django.urls import path

from kakou.deliveries.pages import announcing, desk, parcels

app_name = "deliveries"
urlpatterns = [
    path("deliveries/", desk.deliveries, name="deliveries"),
    path("deliveries/new/", desk.add, name="add"),
    path("deliveries/<uuid:id>/", desk.delivery, name="delivery"),
    path("deliveries/<uuid:id>/step/<slug:step>/", desk.take, name="take"),
    path("parcels/", parcels.parcels, name="parcels"),
    path("parcels/find/", parcels.find, name="find"),
    path("parcels/new/", parcels.leave, name="leave"),
    path("parcels/told/", parcels.tell, name="tell"),
    path("parcels/<uuid:id>/collect/", parcels.collect, name="collect"),
    path("parcels/sheet/", parcels.sheet, name="sheet"),
    # without an account
    path("d/at/<int:node>/", announcing.announce_at, name="announce_at"),
    path("d/p/<str:code>/", announcing.announce_by_code, name="announce_by_code"),
]
