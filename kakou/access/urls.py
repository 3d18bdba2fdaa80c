"""Login, second factor, logout; phones, roles and who holds them."""

from __future__ import annotations

from django.urls import include, path

from kakou.access.login.views import StaffLoginView
from kakou.access.pages import devices, roles, staff

urlpatterns = [
    path("login/", StaffLoginView.as_view(), name="account_login"),
    path("", include("allauth.urls")),
]

office = (
    [
        path("devices/", devices.devices, name="devices"),
        path("devices/enrol/", devices.enrol, name="enrol"),
        path("devices/<int:id>/revoke/", devices.revoke, name="revoke"),
        path("roles/", roles.roles, name="roles"),
        path("staff/", staff.staff, name="staff"),
        path("staff/grant/", staff.grant, name="grant"),
        path("staff/<int:id>/end/", staff.end, name="end"),
    ],
    "access",
)
