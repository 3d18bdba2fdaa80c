"""Keeps the certificate of the local network fit while Kakou runs, and tells the parts what they must know of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import structlog
from cryptography import x509

from kakou.config.tls.certificate import Address, Certificate, Source, Wanted, fingerprint
from kakou.config.tls.machine import own_addresses
from kakou.kernel.errors import Refusal
from kakou.kernel.time import now

log = structlog.get_logger("kakou.serve")
LOOKS_EVERY = 10.0  # seconds: a phone whose server got another address waits no longer


class Keeper:
    """One source, asked at start and again every few seconds. `hosts`: what KAKOU_HOSTS says, which holds besides."""

    def __init__(
        self,
        source: Source,
        wanted: Wanted,
        *,
        host: str,
        port: int,
        hosts: tuple[str, ...] = (),
        clock: Callable[[], dt.datetime] = now,
        addresses: Callable[[str], tuple[Address, ...]] = own_addresses,
    ) -> None:
        self.source, self.wanted, self.host, self.port = source, wanted, host, port
        self.hosts, self.clock, self.addresses = hosts, clock, addresses
        self.held = self._ask()
        self.looked_at = 0.0
        self.complaint = ""

    def _ask(self) -> Certificate:
        self.wanted = replace(self.wanted, addresses=self.addresses(self.host))
        return self.source(self.wanted, self.clock())

    def look(self, monotonic: float) -> bool:
        """Have the source look again when it is time. True when the pages must be told of something new.

        A refusal is told once in the log, and what was held goes on serving: a gate is not shut for a certificate.
        """
        if monotonic < self.looked_at + LOOKS_EVERY:
            return False
        self.looked_at, before = monotonic, self.held
        try:
            self.held, complaint = self._ask(), ""
        except (Refusal, OSError) as error:
            complaint = str(error)
            if complaint != self.complaint:
                log.error("the certificate of the local network cannot be renewed", why=complaint)
        self.complaint = complaint
        return not (set(self.held.names) <= set(before.names) and set(self.held.addresses) <= set(before.addresses))

    @property
    def root(self) -> Path | None:
        """The root to hand out, None where everybody knows the issuer."""
        return self.held.root

    def fingerprint(self) -> str:
        """SHA-256 of the root; "" where there is none to hand out."""
        return fingerprint(x509.load_pem_x509_certificate(self.root.read_bytes())) if self.root else ""

    def urls(self) -> tuple[str, ...]:
        """Where phones open Kakou, the best first: a name that was asked for or given, the addresses, other names."""
        addresses = [f"[{one}]" if one.version == 6 else str(one) for one in self.held.addresses]
        names = [name for name in self.held.names if not name.startswith("*.")]
        first = [name for name in names if self.root is None or name in self.wanted.asked]
        hosts = dict.fromkeys((*first, *addresses, *names))
        return tuple(f"https://{host}:{self.port}" for host in hosts)

    def env(self) -> Mapping[str, str]:
        """For pages and front: files, and what the names and addresses of this machine are."""
        addresses = [f"[{one}]" if one.version == 6 else str(one) for one in self.held.addresses]
        names = [name.removeprefix("*") for name in self.held.names]  # Django's wildcard is a leading dot
        return {
            "KAKOU_HOSTS": ",".join(dict.fromkeys((*self.hosts, *names, *addresses))),
            "KAKOU_LAN_URLS": ",".join(self.urls()),
            "KAKOU_TLS_CERT": str(self.held.file),
            "KAKOU_TLS_KEY": str(self.held.key),
            "KAKOU_TLS_ROOT": str(self.root or ""),
        }
