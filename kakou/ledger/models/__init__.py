"""What the ledger keeps."""

from kakou.ledger.models.batch import ImportBatch
from kakou.ledger.models.chain import ChainState
from kakou.ledger.models.paper import PaperEntry, PaperForm, PaperRow, SheetCopy
from kakou.ledger.models.passage import Passage
from kakou.ledger.models.quarantine import Quarantined
from kakou.ledger.models.stays import Allowance, FoldCursor, FoldedLand, Stay, ToFold
from kakou.ledger.models.stray import Stray
from kakou.ledger.models.visits import ExpectedVisit, PlaceCode

__all__ = [
    "Allowance",
    "ChainState",
    "ExpectedVisit",
    "FoldCursor",
    "FoldedLand",
    "ImportBatch",
    "PaperEntry",
    "PaperForm",
    "PaperRow",
    "Passage",
    "PlaceCode",
    "Quarantined",
    "SheetCopy",
    "Stay",
    "Stray",
    "ToFold",
]
