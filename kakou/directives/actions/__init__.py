"""The only writes of directives: handing down, ending, acknowledging, doing, reminding, papers."""

from kakou.directives.actions.following import follow
from kakou.directives.actions.issuing import issue, withdraw
from kakou.directives.actions.papers import forget_papers, show_paper
from kakou.directives.actions.receiving import acknowledge, finish
from kakou.directives.actions.reminding import remind

__all__ = ["acknowledge", "finish", "follow", "forget_papers", "issue", "remind", "show_paper", "withdraw"]
