"""Django's handle on this capability."""

from django.apps import AppConfig


class ConfigApp(AppConfig):
    """Wires what may not know each other: see `ready`."""

    name = "kakou.config"

    def ready(self) -> None:
        """The audit lies below the vault, so the vault's pen is handed to it here."""
        from kakou.audit.events import Signer, heads_are_signed_by
        from kakou.vault.keys import signing

        heads_are_signed_by(Signer(sign=signing.sign, holds=signing.holds, name=signing.name))
