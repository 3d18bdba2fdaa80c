"""Ledger: passages (append-only), stays (in-out closure), who is inside, intake, import. Never overwrites, never drops."""
