"""The tracer: the one process that works the queue "tracing", and holds the index that it asks warm between its jobs.

One job at a time, because the index must not be changed while it is asked. The engine is compiled code that takes a
while to load; that happens beside the first wait for a job, so that the start is quick and the first trace is too.
"""

from __future__ import annotations

import os
import threading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kakou.config.settings")
os.environ["KAKOU_ROLE"] = "worker"


def main() -> None:
    """Run jobs of tracing until SIGTERM; the one that has begun gets five seconds to end."""
    import django

    django.setup()
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    from kakou.tracing.tasks.segments import QUEUE

    threading.Thread(target=_warm, name="warming", daemon=True).start()
    assert isinstance(app.connector, DjangoConnector)
    with app.replace_connector(app.connector.get_worker_connector()):
        app.run_worker(name="tracer", queues=[QUEUE], concurrency=1, shutdown_graceful_timeout=5)


def _warm() -> None:
    """Load the engine and open the index; a job that comes meanwhile waits for it."""
    import structlog
    from django.db import Error, connection

    from kakou.config.memory import collect_seldom
    from kakou.tracing.segments import prepare

    try:
        prepare()
        collect_seldom()
    except (Error, OSError) as trouble:  # the first job will tell
        structlog.get_logger("kakou.tracer").warning("the index is not open yet", trouble=type(trouble).__name__)
    finally:
        connection.close()


if __name__ == "__main__":
    main()
