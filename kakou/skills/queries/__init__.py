"""Reads of licences, helpers and calls, within the reader's scope."""
