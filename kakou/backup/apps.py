"""Django's handle on this capability."""

from django.apps import AppConfig


class BackupApp(AppConfig):
    """See the package docstring for what it owns."""

    name = "kakou.backup"
