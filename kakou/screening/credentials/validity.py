"""Dates: of a credential, and of the key that signed it."""

from __future__ import annotations

from datetime import datetime

from kakou.screening.credentials.refusals import CredentialRefused, Layer, Why


def check_validity(at: datetime, *, begins: datetime, ends: datetime | None) -> None:
    """Is `at` between these times, both included? A certificate must be refused "after" its expiry (hcert-spec 3.3.5),
    a card when its expiry is "before" now. Without an end it is for good.

    Raises CredentialRefused (not_yet_valid or expired, layer validity).
    """
    if at < begins:
        raise CredentialRefused(
            "This certificate is not valid yet. Check the date on this device; if it is right, do not accept it.",
            why=Why.NOT_YET_VALID,
            layer=Layer.VALIDITY,
        )
    if ends is not None and at > ends:
        raise CredentialRefused(
            "This certificate has expired. Ask for the renewed one, or look at the paper.",
            why=Why.EXPIRED,
            layer=Layer.VALIDITY,
        )
