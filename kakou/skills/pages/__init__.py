"""Pages of skills: the register, calls for helpers, and the page of whoever is asked."""
