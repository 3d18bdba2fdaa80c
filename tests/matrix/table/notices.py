"""Channels and the outbox."""

from __future__ import annotations

from tests.matrix.table.routes import UNFIT, P, Route

CHANNELS = (P.MANAGE_NOTICES,)
NOTICES = {
    "notices/": [Route(CHANNELS), Route(CHANNELS, "unit", (P.SEE_PLACES,), by_place=True)],
    "notices/desk/": [Route(CHANNELS), Route(CHANNELS, "unit", (P.SEE_PLACES,), by_place=True)],
    "notices/new/": [
        Route(CHANNELS),
        Route(CHANNELS, "unit", (P.SEE_PLACES, P.MANAGE_NOTICES), by_place=True),
        Route(CHANNELS, "unit", (P.SEE_PLACES, P.MANAGE_NOTICES), method="POST", by_place=True, fine=UNFIT),
    ],
    "notices/channel/<int:id>/": [
        Route(CHANNELS, "channel", CHANNELS), Route(CHANNELS, "channel", CHANNELS, method="POST", fine=UNFIT),
    ],
    "notices/channel/<int:id>/switch/": [Route(CHANNELS, "channel", CHANNELS, method="POST", data={"on": "yes"})],
    "notices/channel/<int:id>/test/": [Route(CHANNELS, "channel", CHANNELS, method="POST")],
    "notices/channel/<int:id>/retry/": [Route(CHANNELS, "channel", CHANNELS, method="POST")],
    "notices/tellings/": [
        Route(CHANNELS),
        Route(CHANNELS, "unit", (P.SEE_PLACES,), by_place=True),
        Route(CHANNELS, "unit", (P.SEE_PLACES, P.MANAGE_NOTICES), method="POST", by_place=True, fine=UNFIT),
    ],
    "notices/tellings/<int:id>/stop/": [Route(CHANNELS, "telling", CHANNELS, method="POST")],
    "notices/message/<int:id>/": [Route(CHANNELS, "message", CHANNELS)],
    "notices/message/<int:id>/retry/": [Route(CHANNELS, "message", CHANNELS, method="POST")],
    "notices/message/<int:id>/discard/": [
        Route(CHANNELS, "message", CHANNELS, method="POST", data={"reason": "out of date"})
    ],
}  # fmt: skip
