"""Reads of screening, within the reader's scope."""
