"""What the ledger keeps."""

from kakou.ledger.models.chain import ChainState
from kakou.ledger.models.passage import Passage
from kakou.ledger.models.quarantine import Quarantined
from kakou.ledger.models.stays import Allowance, FoldCursor, Stay

__all__ = ["Allowance", "ChainState", "FoldCursor", "Passage", "Quarantined", "Stay"]
