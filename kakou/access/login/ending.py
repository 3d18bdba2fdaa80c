"""Ending sessions from elsewhere: whoever has the phone or the browser of an account is logged out."""

from __future__ import annotations

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session


def end_sessions(account: int, *, besides: str | None = None) -> int:
    """End every open session of an account, at whatever browser, `besides` the one of this key; how many there were. A
    session is sealed and names its account inside only, so that all are looked through: some acts a month, some
    thousand sessions."""
    others = Session.objects.exclude(pk=besides).iterator()
    theirs = [one.pk for one in others if one.get_decoded().get(SESSION_KEY) == str(account)]
    Session.objects.filter(pk__in=theirs).delete()
    return len(theirs)
