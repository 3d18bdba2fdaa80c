"""Reads of the ledger: one module for each question."""
