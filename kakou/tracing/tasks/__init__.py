"""Jobs of tracing, all but the folds on a queue of their own: the tracer alone holds the index."""

from kakou.tracing.tasks import segments, traces

__all__ = ["segments", "traces"]
