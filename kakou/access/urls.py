"""Login, second factor, logout."""

from __future__ import annotations

from django.urls import include, path

from kakou.access.login.views import StaffLoginView

urlpatterns = [
    path("login/", StaffLoginView.as_view(), name="account_login"),
    path("", include("allauth.urls")),
]
