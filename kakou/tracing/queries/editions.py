"""By which edition of the plan an outbreak is told."""

from __future__ import annotations

from kakou.tracing.models import Involved, Outbreak
from kakou.tracing.policy import Policy, edition


def policy_of(outbreak: Outbreak) -> Policy:
    """Its edition, with the days that it looks back if those were chosen."""
    return edition(outbreak.edition, lookback_days=outbreak.lookback_days)


def policy_for(involved: Involved) -> Policy:
    """That of somebody's outbreak; for who answers for him and does not see all of it, the edition he came in under."""
    outbreak = Outbreak.objects.filter(pk=involved.outbreak_id).first()
    return policy_of(outbreak) if outbreak is not None else edition(involved.edition)
