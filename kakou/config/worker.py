"""The job worker: procrastinate as the role kakou_worker."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kakou.config.settings")
os.environ["KAKOU_ROLE"] = "worker"


def main() -> None:
    """Run jobs until SIGTERM; what has begun gets five seconds to end."""
    import django

    django.setup()
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    from kakou.config.keeping import feel_folds, keeping, watching
    from kakou.config.wiring import folds, outgoing
    from kakou.ledger.folding import Folding
    from kakou.tracing.tasks.segments import QUEUE as TRACERS

    threads = [
        Folding(folds(), feel=feel_folds),
        *(Folding(some(), alone=False, feel=feel_folds) for some in (outgoing, keeping, watching)),
    ]
    for thread in threads:
        thread.start()
    assert isinstance(app.connector, DjangoConnector)
    with app.replace_connector(app.connector.get_worker_connector()):
        queues = {task.queue for task in app.tasks.values()} - {TRACERS}  # that one has a process of its own
        app.run_worker(queues=sorted(queues), concurrency=2, shutdown_graceful_timeout=5)
    for thread in threads:
        thread.stop()


if __name__ == "__main__":
    main()
