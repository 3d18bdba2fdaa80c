"""Where stays come from that are not the ledger's, and go to: files of CSV and Parquet, folders of an index, folders
for a cluster.

Promises: a row that cannot be is named with its row, its column and what to write; ids are told as they came; what is
written is there whole or not at all. Knows no database.
"""

from kakou.tracing.sources.files import COLUMNS, Gathered, gather
from kakou.tracing.sources.folders import Laid, lay_down, stays_of, take_up, whole_or_nothing
from kakou.tracing.sources.ids import Ids
from kakou.tracing.sources.partitions import Partitioned, spread_out
from kakou.tracing.sources.refusing import SourceUnfit

__all__ = [
    "COLUMNS",
    "Gathered",
    "Ids",
    "Laid",
    "Partitioned",
    "SourceUnfit",
    "gather",
    "lay_down",
    "spread_out",
    "stays_of",
    "take_up",
    "whole_or_nothing",
]
