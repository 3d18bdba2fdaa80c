"""Where a certificate may come from. One more source is one more function in this table."""

from __future__ import annotations

from collections.abc import Mapping

from kakou.config.tls import given, own
from kakou.config.tls.certificate import Source
from kakou.config.tls.issued import Issued

SOURCES: Mapping[str, Source] = {
    "given": given.certificate,  # --cert and --key
    "issued": Issued(),  # by an authority that everybody knows
    "own": own.certificate,  # an authority of this machine's own
}
