"""Tables of the ledger."""

from kakou.ledger.models.passage import Passage
from kakou.ledger.models.quarantine import Quarantined

__all__ = ["Passage", "Quarantined"]
