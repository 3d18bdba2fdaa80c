"""Web: the HTML shell, error to response map, live events. Never a domain word."""
