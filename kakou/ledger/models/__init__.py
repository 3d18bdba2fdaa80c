"""What the ledger keeps."""

from kakou.ledger.models.chain import ChainState
from kakou.ledger.models.passage import Passage
from kakou.ledger.models.quarantine import Quarantined

__all__ = ["ChainState", "Passage", "Quarantined"]
