"""Jobs of tracing, all but the folds on a queue of their own: the tracer alone holds the index."""

from kakou.tracing.tasks import forgetting, questions, segments, traces

__all__ = ["forgetting", "questions", "segments", "traces"]
