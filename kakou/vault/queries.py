"""Is the key store whole, and does it agree with what the audit says of it?"""

from __future__ import annotations

from collections.abc import Iterator

from kakou import vault
from kakou.audit.queries import subjects_of


def troubles() -> Iterator[tuple[str, str]]:
    """(key, trouble) of the store itself (`KeyStore.troubles`), and `should-be-gone` for a living key which the audit
    says was destroyed: the key store was put back from a copy older than the destruction, or a destruction broke off.
    """
    store = vault.store()
    yield from store.troubles()
    gone = subjects_of("key.destroyed")
    for key in store.data_keys():
        if not key.destroyed and key.name in gone:
            yield f"data/{key.name}", "should-be-gone"
