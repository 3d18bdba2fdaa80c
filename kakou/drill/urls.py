"""The drill's pages."""

from __future__ import annotations

from django.urls import path

from kakou.drill import pages

app_name = "drill"
urlpatterns = [
    path("", pages.runs, name="runs"),
    path("<int:run_id>/stop/", pages.stop, name="stop"),
    path("<int:run_id>/resume/", pages.resume, name="resume"),
    path("time/", pages.time, name="time"),
    path("seat/", pages.change_seat, name="change_seat"),
    path("enter/<str:token>/", pages.enter, name="enter"),
]
