"""Django's handle on this capability."""

from django.apps import AppConfig


class TracingApp(AppConfig):
    """See the package docstring for what it owns."""

    name = "kakou.tracing"
