"""Tags that draw what only the ledger knows."""
