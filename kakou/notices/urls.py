"""Pages of notices."""

from __future__ import annotations

from django.urls import path

from kakou.notices import pages

app_name = "notices"
urlpatterns = [
    path("", pages.channels, name="channels"),
    path("new/", pages.new, name="new"),
    path("desk/", pages.desk, name="desk"),
    path("channel/<int:id>/", pages.channel, name="channel"),
    path("channel/<int:id>/switch/", pages.switch, name="switch"),
    path("channel/<int:id>/test/", pages.test, name="test"),
    path("channel/<int:id>/retry/", pages.retry_all, name="retry_all"),
    path("message/<int:id>/", pages.message, name="message"),
    path("message/<int:id>/retry/", pages.retry, name="retry"),
    path("message/<int:id>/discard/", pages.discard, name="discard"),
]
