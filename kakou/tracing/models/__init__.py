"""What tracing keeps."""

from kakou.tracing.models.segments import BuiltDay, ChangedDay, PersonCode, PersonKey

__all__ = ["BuiltDay", "ChangedDay", "PersonCode", "PersonKey"]
