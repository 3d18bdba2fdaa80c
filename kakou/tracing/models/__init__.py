"""What tracing keeps."""

from kakou.tracing.models.cases import ControlMeasure, Exposure, Involved, Outbreak, Step
from kakou.tracing.models.following import FollowUp
from kakou.tracing.models.handovers import HandedOver, Handover
from kakou.tracing.models.names import NameRelease
from kakou.tracing.models.questions import Question
from kakou.tracing.models.received import HandedIn, LineList, Office
from kakou.tracing.models.segments import BuiltDay, ChangedDay, PersonCode, PersonKey
from kakou.tracing.models.traces import Trace

__all__ = [
    "BuiltDay", "ChangedDay", "ControlMeasure", "Exposure", "FollowUp", "HandedIn", "HandedOver", "Handover",
    "Involved", "LineList", "NameRelease", "Office", "Outbreak", "PersonCode", "PersonKey", "Question", "Step", "Trace",
]  # fmt: skip
