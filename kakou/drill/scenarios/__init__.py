"""Scenarios for training: small files that say what happens on top of the drill's own days, and what is to be found.

`read` takes a file and refuses a bad one, `weave` turns what happens into a plot, `scoring` reads from the ledger's own
work orders what was opened and closed, and how late. The shipped files lie beside this one.
"""

from kakou.drill.scenarios.reading import Find, Scenario, ScenarioRefused, read, shipped, text_of
from kakou.drill.scenarios.weaving import weave

__all__ = ["Find", "Scenario", "ScenarioRefused", "read", "shipped", "text_of", "weave"]
