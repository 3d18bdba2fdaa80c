"""Pages of notices."""

from __future__ import annotations

from django.urls import path

from kakou.notices.pages import channels, tellings

app_name = "notices"
urlpatterns = [
    path("", channels.channels, name="channels"),
    path("new/", channels.new, name="new"),
    path("desk/", channels.desk, name="desk"),
    path("channel/<int:id>/", channels.channel, name="channel"),
    path("channel/<int:id>/switch/", channels.switch, name="switch"),
    path("channel/<int:id>/test/", channels.test, name="test"),
    path("channel/<int:id>/retry/", channels.retry_all, name="retry_all"),
    path("tellings/", tellings.tellings, name="tellings"),
    path("tellings/<int:id>/stop/", tellings.stop, name="stop_telling"),
    path("message/<int:id>/", channels.message, name="message"),
    path("message/<int:id>/retry/", channels.retry, name="retry"),
    path("message/<int:id>/discard/", channels.discard, name="discard"),
]
