"""Secrets of second factors are sealed like personal data: neither the database nor a backup of it gives codes away."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import io
from uuid import UUID, uuid4

import segno
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.db import transaction

from kakou import vault
from kakou.kernel.errors import Refusal
from kakou.vault.events import Again
from kakou.vault.keys import KeyDestroyed, KeyUnknown
from kakou.vault.sealing import SealBroken, seal, unseal

TABLE, FIELD = "mfa_authenticator", "secret"
SEALED = ("secret", "seed")  # of a TOTP factor, of recovery codes
DUE = dt.date(2100, 1, 1)  # as long as the account: the row is deleted with the factor


class FactorUnreadable(Refusal):
    """The secret was not sealed by this installation, or its key is gone: no code can be checked by it."""

    code = "factor-unreadable"
    status = 403


class SealingMFAAdapter(DefaultMFAAdapter):
    """allauth's second factors with their secrets sealed and their picture readable on a dark page."""

    def encrypt(self, text: str) -> str:
        """Sealed, with the number it is bound to before it: this is told no row."""
        row = uuid4()
        sealed = seal(vault.store(), due=DUE, table=TABLE, row=row, field=FIELD, plain=text.encode())
        return base64.b64encode(row.bytes + sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret. Raises FactorUnreadable, also for one that lies there in plain text."""
        try:
            held = base64.b64decode(encrypted_text, validate=True)
            plain = unseal(vault.store(), table=TABLE, row=UUID(bytes=held[:16]), field=FIELD, sealed=held[16:])
        except (ValueError, binascii.Error, SealBroken, KeyDestroyed, KeyUnknown) as error:
            raise FactorUnreadable(
                "Your second factor cannot be read any more. Ask your administrator for a new password and a new second"
                " factor."
            ) from error
        return plain.decode()

    def build_totp_svg(self, url: str) -> str:
        """The picture to scan, dark on light whatever the page's theme."""
        drawn = io.BytesIO()
        segno.make(url, error="m", micro=False).save(drawn, kind="svg", scale=6, border=4, light="white", xmldecl=False)
        return drawn.getvalue().decode()


@transaction.atomic(using="owner")
def move_factors(again: Again) -> int:
    """Seal the secrets of all second factors again; how many. They lie in JSON: {"secret" | "seed": sealed}."""
    moved = 0
    for factor in Authenticator.objects.using("owner").select_for_update().order_by("pk"):
        new = {name: found for name in SEALED if (found := _again(factor.data.get(name), again)) is not None}
        if new:
            Authenticator.objects.using("owner").filter(pk=factor.pk).update(data={**factor.data, **new})
            moved += len(new)
    return moved


def _again(text: str | None, again: Again) -> str | None:
    if text is None:
        return None
    held = base64.b64decode(text)
    new = again(TABLE, UUID(bytes=held[:16]), FIELD, held[16:])
    return None if new is None else base64.b64encode(held[:16] + new).decode()
