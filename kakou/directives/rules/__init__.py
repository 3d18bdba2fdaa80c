"""What a directive says, how its tasks go, how long everybody took to acknowledge it. Pure: no Django, no clock."""

from kakou.directives.rules.figures import Figures, Receipt, figures_of
from kakou.directives.rules.flow import DIRECTIVE, FLOW
from kakou.directives.rules.papers import MOST_BYTES, PDF, Paper, paper_of
from kakou.directives.rules.said import MOST_UNITS, DirectiveRefused, Said, checked

__all__ = [
    "DIRECTIVE", "FLOW", "MOST_BYTES", "MOST_UNITS", "PDF", "DirectiveRefused", "Figures", "Paper", "Receipt", "Said",
    "checked", "figures_of", "paper_of",
]  # fmt: skip
