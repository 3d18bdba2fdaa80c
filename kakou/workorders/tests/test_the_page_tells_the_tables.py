"""The reference page draws the very tables that orders follow."""

from pathlib import Path

from kakou.workorders.rules import MATTER, REQUEST
from kakou.workorders.rules.diagram import diagram, page

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "work-orders.md"


def test_what_stands_in_the_docs_is_what_the_tables_say():
    assert PAGE.read_text(encoding="utf-8").endswith(page() + "\n"), "python -m kakou.workorders.rules.diagram"


def test_every_way_of_a_table_is_drawn():
    for flow in (MATTER, REQUEST):
        drawn = diagram(flow)
        for state, ways in flow.items():
            for kind, then in ways.items():
                assert f"  {state.value} --> {then.value}: {kind.value}" in drawn.splitlines()
