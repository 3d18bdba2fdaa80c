"""One help at a time, whatever kind of help: nobody says yes to a call and is put at the wheel at the same moment."""

from __future__ import annotations

from uuid import UUID

from kakou.web.turns import wait_for_turn


def hold_helper(person: UUID) -> None:
    """Until the transaction ends, nobody else decides whether this person is free. Whoever asks `bars` to send him
    somewhere holds him first."""
    wait_for_turn("helper", person)
