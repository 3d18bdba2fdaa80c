"""From an empty installation to the first gate."""

from __future__ import annotations

from tests.matrix.table.routes import UNFIT, P, Route, Who

SETUP: dict[str, list[Route] | Who] = {
    "setup/": Who.ANYONE,  # 404 once there is an account
    "first-steps/": [Route((P.MANAGE_STAFF,))],
    # the top of the tree is nobody's whose role is over the east
    "first-steps/site/": [Route((P.MANAGE_STAFF,), fine=frozenset({404}))],
    "first-steps/place/": [Route((P.EDIT_PLACES,)), Route((P.EDIT_PLACES,), method="POST", fine=UNFIT)],
}
