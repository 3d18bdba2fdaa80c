"""Audit: a hash-chained record of who did and who saw what. Never changes a row."""
