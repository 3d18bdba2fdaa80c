"""Writes of the ledger: one module for each thing that is kept."""
