"""What the office around the ledger must show, measured: `make show-office`."""
