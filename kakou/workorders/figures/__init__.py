"""What lists and boards of orders show: somebody's day, a unit's board, holes, rates with their formulas, what is
alike. Reads only; a figure is never stored."""
