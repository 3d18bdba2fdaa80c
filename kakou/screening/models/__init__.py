"""Tables of screening."""

from kakou.screening.models.areas import RiskArea
from kakou.screening.models.audits import SpotAudit
from kakou.screening.models.fever import FeverCase, FeverEvent
from kakou.screening.models.packs import Edition, Publication
from kakou.screening.models.passes import Pass
from kakou.screening.models.trust import TrustList

__all__ = ["Edition", "FeverCase", "FeverEvent", "Pass", "Publication", "RiskArea", "SpotAudit", "TrustList"]
