"""By HTTP or by mail, under the settings of the installation."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

from kakou.notices.adapters import Parcel, Reply, Request
from kakou.notices.posting.guard import Guard
from kakou.notices.posting.http import post
from kakou.notices.posting.mail import send

Carrier = Callable[[Parcel], Reply]
"""Raises NotReached when nothing was sent, ReplyLost when perhaps something was."""


def carry(parcel: Parcel) -> Reply:
    """See `Carrier`."""
    if isinstance(parcel, Request):
        return post(parcel, Guard.of(settings.OUTGOING_NETWORKS))
    return send(parcel)
