"""By which edition of the plan an outbreak is told."""

from __future__ import annotations

from kakou.tracing.models import Outbreak
from kakou.tracing.policy import Policy, edition


def policy_of(outbreak: Outbreak) -> Policy:
    """Its edition, with the days that it looks back if those were chosen."""
    return edition(outbreak.edition, lookback_days=outbreak.lookback_days)
