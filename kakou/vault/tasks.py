"""Jobs of the vault."""

from __future__ import annotations

from procrastinate.contrib.django import app

from kakou.kernel.time import now
from kakou.vault.actions import destroy_again


@app.periodic(cron="20 19 * * *")  # 03:20 in China
@app.task(queueing_lock="vault-destroy-again", pass_context=False)
def destroy_what_is_back(timestamp: int) -> None:
    """Keys that were destroyed and live all the same."""
    destroy_again(at=now())
