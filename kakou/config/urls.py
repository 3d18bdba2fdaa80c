"""Every URL. A new one enters the role matrix (tests/matrix) or the build fails."""

from __future__ import annotations

from django.urls import include, path

from kakou.access.urls import office
from kakou.config.api import api

urlpatterns = [
    path("accounts/", include("kakou.access.urls")),
    path("", include(office)),
    path("api/", api.urls),
    path("drill/", include("kakou.drill.urls")),
    path("places/", include("kakou.places.urls")),
    path("people/", include("kakou.people.urls")),
    path("notices/", include("kakou.notices.urls")),
    path("screening/", include("kakou.screening.urls")),
    path("tracing/", include("kakou.tracing.urls")),
    path("backups/", include("kakou.backup.urls")),
    path("", include("kakou.upkeep.urls")),
    path("audit/", include("kakou.oversight.urls")),
    path("", include("kakou.services.urls")),
    path("", include("kakou.skills.urls")),
    path("", include("kakou.setup.urls")),
    path("", include("kakou.deliveries.urls")),
    path("directives/", include("kakou.directives.urls")),
    path("", include("kakou.web.urls")),
    path("", include("kakou.workorders.urls")),
    path("", include("kakou.ledger.urls")),
]
handler400 = "kakou.web.refusals.handlers.bad_request"
handler403 = "kakou.web.refusals.handlers.not_allowed"
handler404 = "kakou.web.refusals.handlers.not_found"
handler500 = "kakou.web.refusals.handlers.broken"
