"""The declared permission table: every route of Kakou, what it asks, and of which thing it speaks.

A route that is not in here fails `test_every_route.py`. What follows from an entry, for every role over the east:

    gate    permissions of which one must be held somewhere to come in (else 403; a stranger too; nobody: to the login)
    sees    permissions that must all be held over the thing itself (else 404, just as if there were no such thing)
    thing   what the URL (or ?place=) names: unit, entrance, person, order …: made in the east, the west and the street
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.matrix.table.access import DEVICES, STAFF
from tests.matrix.table.deliveries import DELIVERIES
from tests.matrix.table.directives import DIRECTIVES
from tests.matrix.table.ledger import LEDGER
from tests.matrix.table.notices import NOTICES
from tests.matrix.table.oversight import BACKUP, OVERSIGHT, UPKEEP
from tests.matrix.table.people import PEOPLE
from tests.matrix.table.places import PLACES
from tests.matrix.table.routes import Route, Who
from tests.matrix.table.screening import SCREENING
from tests.matrix.table.services import SERVICES
from tests.matrix.table.setup import SETUP
from tests.matrix.table.skills import SKILLS
from tests.matrix.table.tracing import HANDING, TRACING

__all__ = ["FRONT", "TABLE", "Route", "Who"]

TABLE: Mapping[str, list[Route] | Who] = {
    **PLACES,
    **DEVICES,
    **STAFF,
    **SETUP,
    **OVERSIGHT,
    **BACKUP,
    **UPKEEP,
    **PEOPLE,
    **LEDGER,
    **SCREENING,
    **TRACING,
    **HANDING,
    **SERVICES,
    **SKILLS,
    **DELIVERIES,
    **dict.fromkeys(("h/<str:code>/", "d/at/<int:node>/", "d/p/<str:code>/"), Who.ANYONE),
    **DIRECTIVES,
    **dict.fromkeys(
        (
            "s/",
            "s/map/",
            "s/map/<int:node>/",
            "s/near/",
            "s/at/<int:node>/",
            "s/p/<str:code>/",
            "s/follow/",
            "s/counts/",
        ),
        Who.ANYONE,
    ),
    **dict.fromkeys(
        (
            "open311/discovery.<slug:form>",
            "open311/v2/services.<slug:form>",
            "open311/v2/services/<slug:code>.<slug:form>",
            "open311/v2/requests.<slug:form>",
            "open311/v2/requests/<slug:id>.<slug:form>",
            "open311/v2/tokens/<slug:token>.<slug:form>",
            r"^open311/(?P<rest>[\s\S]*)$",
        ),
        Who.ANYONE,
    ),
    **NOTICES,
    "p/<str:code>/": Who.ANYONE,
    "p/<str:code>/visit/": Who.ANYONE,
    "v/": Who.ANYONE,
    "root-certificate/": Who.ANYONE,  # a phone needs it before it can log in anywhere
    "root-certificate/kakou-root.<str:form>": Who.ANYONE,
    "language/": Who.ANYONE,
    "theme/": Who.ANYONE,
    "live/": Who.SIGNED_IN,
    "still-here/": Who.SIGNED_IN,
    "view-as/end/": Who.SIGNED_IN,
    "api/": Who.ANYONE,
    "api/docs": Who.ANYONE,
    "api/openapi.json": Who.ANYONE,
    "in/<uuid:row>/": Who.TOKEN,  # a robot's: its signature
    "api/devices/enrol": Who.TOKEN,
    "api/gate/bundle": Who.TOKEN,  # the phone's: tests/matrix/test_devices.py
    "api/gate/bundle/list": Who.TOKEN,
    "api/gate/bundle/parts": Who.TOKEN,
    "api/gate/past": Who.TOKEN,
    "api/gate/status": Who.TOKEN,
    "api/gate/calls": Who.TOKEN,
    "api/gate/fever": Who.TOKEN,
    "api/gate/fever/<passage>/steps": Who.TOKEN,
    "api/gate/passes/check": Who.TOKEN,
    "api/gate/codes/ask": Who.TOKEN,
    "drill/": Who.DRILL,
    "drill/<int:run_id>/stop/": Who.DRILL,
    "drill/<int:run_id>/resume/": Who.DRILL,
    "drill/seat/": Who.DRILL,
    "drill/time/": Who.DRILL,
    "drill/enter/<str:token>/": Who.TOKEN,
    "accounts/login/": Who.ANYONE,
    "accounts/logout/": Who.ANYONE,
    "accounts/inactive/": Who.ANYONE,
    "accounts/signup/": Who.ANYONE,  # answers that it is closed
    # an account has no address: the first of these stands before the others
    r"accounts/^(?:email|confirm-email|password/reset)/": Who.NOBODY,
    "accounts/email/": Who.NOBODY,
    "accounts/confirm-email/": Who.NOBODY,
    r"accounts/^confirm-email/(?P<key>[-:\w]+)/$": Who.NOBODY,
    "accounts/password/reset/": Who.NOBODY,
    "accounts/password/reset/done/": Who.NOBODY,
    "accounts/password/reset/key/done/": Who.NOBODY,
    r"accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": Who.NOBODY,
    "accounts/login/code/confirm/": Who.ANYONE,
    "accounts/2fa/authenticate/": Who.ANYONE,  # between password and code
    "accounts/reauthenticate/": Who.SIGNED_IN,
    "accounts/password/change/": Who.SIGNED_IN,
    "accounts/password/set/": Who.SIGNED_IN,
    "accounts/2fa/": Who.SIGNED_IN,
    "accounts/2fa/reauthenticate/": Who.SIGNED_IN,
    "accounts/2fa/totp/activate/": Who.SIGNED_IN,
    "accounts/2fa/totp/deactivate/": Who.SIGNED_IN,
    "accounts/2fa/recovery-codes/": Who.SIGNED_IN,
    "accounts/2fa/recovery-codes/generate/": Who.SIGNED_IN,
    "accounts/2fa/recovery-codes/download/": Who.SIGNED_IN,
    "accounts/2fa/webauthn/": Who.SIGNED_IN,
    "accounts/2fa/webauthn/add/": Who.SIGNED_IN,
    "accounts/2fa/webauthn/reauthenticate/": Who.SIGNED_IN,
    "accounts/2fa/webauthn/keys/<int:pk>/remove/": Who.SIGNED_IN,
    "accounts/2fa/webauthn/keys/<int:pk>/edit/": Who.SIGNED_IN,
}

# what the front answers before Django is asked, by path
FRONT: Mapping[str, Who] = {
    "/intake/passages": Who.TOKEN,  # the device's: tests/matrix/test_devices.py
    "/events": Who.TOKEN,  # the ticket that live/ gives, which names the nodes
}
