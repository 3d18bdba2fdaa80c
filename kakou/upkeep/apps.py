"""Django's handle on this capability."""

from django.apps import AppConfig


class UpkeepApp(AppConfig):
    """See the package docstring for what it owns."""

    name = "kakou.upkeep"
