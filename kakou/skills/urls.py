"""Pages of skills and calling."""

from __future__ import annotations

from django.urls import path

from kakou.skills.pages import answering, calling, register

app_name = "skills"
urlpatterns = [
    path("skills/", register.register, name="register"),
    path("skills/new/", register.add, name="add"),
    path("skills/<uuid:id>/", register.licence, name="licence"),
    path("skills/<uuid:id>/<slug:act>/", register.change, name="change"),
    path("helpers/", calling.helpers, name="helpers"),
    path("helpers/new/", calling.call_new, name="call_new"),
    path("helpers/<uuid:id>/", calling.call, name="call"),
    path("helpers/<uuid:id>/ask/", calling.ask, name="ask"),
    path("helpers/<uuid:id>/end/", calling.end, name="end"),
    path("helpers/asked/<uuid:id>/<slug:act>/", calling.told, name="told"),
    # without an account: it is sent to a telephone, so it is short
    path("h/<str:code>/", answering.answer, name="answer"),
]
