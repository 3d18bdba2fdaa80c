"""Template tags: the kit that every page is built from."""
