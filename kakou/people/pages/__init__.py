"""Pages of people: writing one down, and bringing in the residents' list."""
