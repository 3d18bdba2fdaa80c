"""The pages' process."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kakou.config.settings")
_PIECE = 65_536
_pages = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """One request. The front sends a body whole before it listens: what a page did not read of it, because it was told
    to be too large, is read here, or the page's answer would be lost with the connection.
    """
    answer = _pages(environ, start_response)
    while environ["wsgi.input"].read(_PIECE):
        pass
    return answer
