"""Pages of services, and the doors of Open311."""

from __future__ import annotations

from django.urls import path, re_path

from kakou.services.open311 import doors
from kakou.services.pages import desk, door, following, ground, incoming, inlets, keys, one, reporting

app_name = "services"
urlpatterns = [
    path("services/", desk.requests, name="requests"),
    path("services/new/", desk.record, name="record"),
    path("services/letterbox/", desk.letter, name="letter"),
    path("services/paste/", incoming.paste, name="paste"),
    path("services/proposals/", incoming.proposals, name="proposals"),
    path("services/proposals/<uuid:id>/", incoming.proposal, name="proposal"),
    path("services/proposals/<uuid:id>/discard/", incoming.discard, name="discard"),
    path("services/proposals/<uuid:id>/photo/", incoming.photo, name="sent_photo"),
    path("services/ways-in/", inlets.inlets, name="inlets"),
    path("services/ways-in/new/<slug:kind>/", inlets.new, name="inlet_new"),
    path("services/ways-in/<int:id>/", inlets.inlet, name="inlet"),
    path("services/ways-in/<int:id>/switch/", inlets.switch, name="inlet_switch"),
    path("services/keys/", keys.keys, name="keys"),
    path("services/keys/<int:id>/end/", keys.end, name="key_end"),
    path("services/<uuid:id>/", desk.request_page, name="request"),
    path("services/<uuid:id>/step/<slug:step>/", desk.take, name="take"),
    path("services/<uuid:id>/rate/", desk.call_back, name="rate"),
    path("services/<uuid:id>/join/", desk.join, name="join"),
    path("services/<uuid:id>/unlock/", desk.unlock, name="unlock"),
    path("services/<uuid:id>/reveal/", one.reveal, name="reveal"),
    path("services/<uuid:id>/photo/", one.photo, name="photo"),
    # without an account: what is sent around is short
    path("s/", reporting.choose, name="choose"),
    path("s/map/", ground.whole, name="map"),
    path("s/map/<int:node>/", ground.inside, name="map_of"),
    path("s/near/", ground.near, name="near"),
    path("s/at/<int:node>/", reporting.report_at, name="report_at"),
    path("s/p/<str:code>/", reporting.report_by_code, name="report_by_code"),
    path("s/follow/", following.follow, name="follow"),
    path("s/counts/", following.public_counts, name="counts"),
    path("in/<uuid:row>/", door.door, name="door"),
    path("open311/discovery.<slug:form>", doors.discovery, name="discovery"),
    path("open311/v2/services.<slug:form>", doors.service_list, name="service_list"),
    path("open311/v2/services/<slug:code>.<slug:form>", doors.service_definition, name="service_definition"),
    path("open311/v2/requests.<slug:form>", doors.service_requests, name="service_requests"),
    path("open311/v2/requests/<slug:id>.<slug:form>", doors.service_request, name="service_request"),
    path("open311/v2/tokens/<slug:token>.<slug:form>", doors.token, name="token"),
    re_path(r"^open311/(?P<rest>[\s\S]*)$", doors.nothing, name="nothing"),  # line breaks, too
]
