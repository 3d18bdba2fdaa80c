"""The only writes of tracing: atomic, by somebody, at a moment, told to the audit in the same transaction."""
