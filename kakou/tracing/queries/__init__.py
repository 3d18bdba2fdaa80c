"""Reads of tracing, all within the reader's scope."""
