"""Work orders: whatever opens is owned, falls due and closes with evidence. Never closes silently."""
