"""Refusals and faults become answers here and nowhere else: a page, a part for htmx, or JSON, with the right status."""
