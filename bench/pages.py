"""Django with one list page of about 30 ms CPU, to be busy beside the intake: its own process, all our middleware."""

from __future__ import annotations

import os
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kakou.config.settings")

from django.conf import settings

settings.ROOT_URLCONF = "bench.pages"

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.template import Context, Template  # noqa: E402
from django.urls import path  # noqa: E402

SOURCE = (
    "<table>{% for row in rows %}<tr><td>{{ row.name }}</td><td>{{ row.at|date:'H:i:s' }}</td><td>{{ row.n }}</td></tr>"
    "{% endfor %}</table>"
)
TARGET = 0.030  # seconds of CPU
_rows: list[dict[str, object]] = []


def listing(request: HttpRequest) -> HttpResponse:
    """A list as long as takes about 30 ms here."""
    from kakou.kernel.time import now

    page = Template(SOURCE)
    if not _rows:
        sample = [{"name": f"王{n}", "at": now(), "n": n} for n in range(200)]
        page.render(Context({"rows": sample}))
        began = time.thread_time()
        page.render(Context({"rows": sample}))
        took = time.thread_time() - began
        _rows.extend({"name": f"王{n}", "at": now(), "n": n} for n in range(max(50, int(200 * TARGET / took))))
    return HttpResponse(page.render(Context({"rows": _rows})))


urlpatterns = [path("bench-list/", listing)]
application = get_wsgi_application()
