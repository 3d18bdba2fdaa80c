"""Login, second factor, logout; phones, roles and who holds them."""

from __future__ import annotations

from django.urls import include, path, re_path

from kakou.access.login import idle
from kakou.access.login.views import StaffLoginView, nowhere
from kakou.access.pages import (
    badges,
    certificate,
    devices,
    exports,
    factors,
    incoming,
    keys,
    leases,
    roles,
    roster,
    staff,
    viewing,
)

urlpatterns = [
    path("login/", StaffLoginView.as_view(), name="account_login"),
    re_path(r"^(?:email|confirm-email|password/reset)/", nowhere),
    path("", include("allauth.urls")),
]

office = (
    [
        path("view-as/", viewing.choose, name="view_as"),
        path("view-as/end/", viewing.stop, name="view_as_end"),
        path("still-here/", idle.still_here, name="still_here"),
        path("devices/", devices.devices, name="devices"),
        path("devices/enrol/", devices.enrol, name="enrol"),
        path("devices/renew/", leases.renew, name="renew"),
        path("devices/<int:id>/revoke/", devices.revoke, name="revoke"),
        path("badge/", badges.mine, name="badge"),
        path("badge/revoke/", badges.revoke_mine, name="badge_revoke_mine"),
        path("badges/", badges.badges, name="badges"),
        path("badges/<int:id>/revoke/", badges.revoke, name="badge_revoke"),
        path("root-certificate/", certificate.steps, name="root_certificate"),
        path("root-certificate/kakou-root.<str:form>", certificate.download, name="root_file"),
        path("exports/", exports.exports, name="exports"),
        path("exports/<uuid:id>/settle/", exports.settle_export, name="settle_export"),
        path("keys/", keys.keys, name="keys"),
        path("keys/<slug:day>/", keys.key, name="key"),
        path("incoming/", incoming.incoming, name="incoming"),
        path("incoming/<uuid:id>/", incoming.incoming_list, name="incoming_list"),
        path("incoming/<uuid:id>/stop/", incoming.stop_list, name="stop_list"),
        path("roles/", roles.roles, name="roles"),
        path("staff/", staff.staff, name="staff"),
        path("staff/new/", roster.new, name="account_new"),
        path("staff/roster/", roster.roster, name="roster"),
        path("staff/roster/sheet/", roster.sheet, name="roster_sheet"),
        path("staff/roster/import/", roster.bring_in, name="roster_import"),
        path("staff/roster/mobilise/", roster.mobilise, name="mobilise"),
        path("staff/<int:id>/", roster.account, name="account"),
        path("staff/<int:id>/password/", roster.password, name="account_password"),
        path("staff/<int:id>/factor/", factors.ask_factor, name="ask_factor"),
        path("staff/factors/", factors.factors, name="factors"),
        path("staff/factors/<uuid:id>/settle/", factors.settle_factor, name="settle_factor"),
        path("staff/grant/", staff.grant, name="grant"),
        path("staff/<int:id>/end/", staff.end, name="end"),
    ],
    "access",
)
