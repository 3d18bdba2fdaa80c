"""Django's handle on this capability."""

from __future__ import annotations

from django.apps import AppConfig


class SetupApp(AppConfig):
    """The first steps."""

    name = "kakou.setup"
    label = "setup"
