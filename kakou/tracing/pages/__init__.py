"""Pages of tracing."""
