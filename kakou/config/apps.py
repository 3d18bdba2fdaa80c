"""Django's handle on this capability."""

from django.apps import AppConfig


class ConfigApp(AppConfig):
    """Last of the apps: when it is ready all are, and what may not know each other is wired together."""

    name = "kakou.config"

    def ready(self) -> None:
        """See `kakou.config.wiring`."""
        from kakou.config.wiring import wire

        wire()
