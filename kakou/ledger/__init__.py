"""Ledger: passages (append-only), stays (in-out closure), who is inside, intake, import.

Promises: nothing acknowledged is lost. Never overwrites, never drops.
"""
